"""The ``lessonkit`` command."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from lessonkit import __version__
from lessonkit.i18n import counted
from lessonkit.i18n import gettext as _
from lessonkit.needs import lacks

if TYPE_CHECKING:
    from lessonkit.course.outline import Course
    from lessonkit.record.store import Store
    from lessonkit.record.syllabus import Syllabus

_FILE_WIDTH = 500


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="lessonkit", description="Notebooks that teach, ask and answer back.")
    top.add_argument("--version", action="version", version=f"lessonkit {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument(
        "--course", type=_path, metavar="PATH", help="the folder that holds notebooks/, or is to"
    )
    lab.add_argument("--ip", default="127.0.0.1", help="address to listen on (0.0.0.0 inside a container)")
    lab.add_argument("--port", type=int, help="port to listen on (default: the first free one from 8888 on)")

    class_ = commands.add_parser("class", help="ask a question in front of a room, on phones and a wall")
    class_.add_argument(
        "course",
        nargs="*",
        metavar="[report] [COURSE]",
        help="a folder of quizzes, or one file; with report before it, what the class showed is written",
    )
    class_.add_argument(
        "--out", type=_path, default=Path("class-report"), metavar="DIR", help="where report writes its files"
    )
    class_.add_argument(
        "--store", metavar="URL", help="SQLAlchemy URL of the votes (default: a file of yours)"
    )
    class_.add_argument("--ip", default="0.0.0.0", help="address to listen on")  # noqa: S104  (for phones)
    class_.add_argument(
        "--port", type=int, help="port to listen on (default: the first free one from 8700 on)"
    )
    class_.add_argument(
        "--address", metavar="NAME", help="name or address of this machine, as phones reach it"
    )
    class_.add_argument("--new", action="store_true", help="begin a new class, also where one goes on")
    class_.add_argument("--no-browser", action="store_true", help="do not open the teacher's page")

    lint = commands.add_parser("lint", help="check quiz files and list every problem")
    lint.add_argument("paths", nargs="+", type=_path, metavar="PATH", help="a quiz file, or a folder of them")

    lock = commands.add_parser(
        "lock", help="remember what each question id means, so that lint sees a change"
    )
    lock.add_argument("--accept", nargs="+", default=[], metavar="ID", help="same meaning in other words")
    lock.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if the lock is not current"
    )
    commands.add_parser("check", help="see whether the lessons, quizzes and exercises of the course fit")
    run = commands.add_parser("run", help="run notebooks and store their outputs")
    run.add_argument(
        "paths", nargs="*", type=_path, metavar="PATH", help="a notebook, or a folder (default: all lessons)"
    )
    run.add_argument("--check", action="store_true", help="store nothing; exit 1 where a run leaves a diff")
    run.add_argument("--jobs", type=int, default=2, help="notebooks run at a time (default: 2)")
    run.add_argument("--timeout", type=int, default=120, help="seconds a cell may take (default: 120)")
    run.add_argument("--kernel", default="python3", help="name of the kernel that runs them")

    new = commands.add_parser("new", help="write a small complete course of your own, to begin with")
    new.add_argument("folder", type=_path, metavar="FOLDER", help="a new folder; its name becomes the id")
    new.add_argument("--title", help="what learners read (default: the name in words)")

    preview = commands.add_parser(
        "preview", help="show a quiz file in the browser, and follow it as you save it"
    )
    preview.add_argument("file", type=_path, metavar="FILE", help="a quiz file")
    preview.add_argument(
        "--port", type=int, help="port to listen on (default: the first free one from 8600 on)"
    )
    preview.add_argument("--no-browser", action="store_true", help="do not open the page")

    site = commands.add_parser("site", help="build the course as pages that work without a kernel")
    site.add_argument(
        "out",
        nargs="?",
        type=_path,
        default=Path("build/site"),
        metavar="OUT",
        help="an empty folder, or an earlier build (default: build/site)",
    )
    handouts = commands.add_parser("handouts", help="print the quizzes as PDF, without and with answers")
    handouts.add_argument("lessons", nargs="*", metavar="LESSON", help="03 or its whole name; default: all")
    handouts.add_argument(
        "--out",
        type=_path,
        default=Path("build/handouts"),
        metavar="FOLDER",
        help="where they are written (default: build/handouts)",
    )

    commands.add_parser("progress", help="show what you have answered and solved so far")
    export = commands.add_parser("export", help="write your record to a file, to take it elsewhere")
    export.add_argument("file", type=_path, metavar="FILE", help="the file to make (JSON Lines)")
    import_ = commands.add_parser("import", help="add an exported record to yours; nothing is added twice")
    import_.add_argument("file", type=_path, metavar="FILE", help="a file that export has written")
    forget = commands.add_parser("forget", help="delete your whole record")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    return top


def _path(text: str) -> Path:
    """Read a path; an empty text would be the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("a name is needed, and this one is empty")
    return Path(text)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status: 0 done, 1 a problem was found, 2 wrong usage."""
    options = parser().parse_args(arguments)
    if options.command in _COMMANDS:
        return _COMMANDS[options.command](options)

    from lessonkit.record import EventError
    from lessonkit.record.store import Store, StoreError

    try:
        return _on_record(options, Store())
    except FileExistsError as error:
        return _refuse(
            "export", _("{file} is there already. Choose another name.").format(file=error.filename)
        )
    except (StoreError, EventError, OSError) as error:
        return _refuse(options.command, error)


def _refuse(command: str, reason: object, *, status: int = 1) -> int:
    """Say why a command is not done; return its exit status."""
    print(f"lessonkit {command}: {reason}", file=sys.stderr)
    return status


def _lab(options: argparse.Namespace) -> int:
    """Open the course."""
    if told := lacks("lab"):
        return _refuse("lab", told)
    from lessonkit.lab import LabError, open_lab

    try:
        return open_lab(course=options.course, ip=options.ip, port=options.port)
    except LabError as error:
        return _refuse("lab", error)


def _author(options: argparse.Namespace) -> int:
    """Do what the author of a course asks for."""
    from lessonkit.course.outline import CourseError, written_course

    if options.command == "run" and options.paths:
        return _run(options, options.paths)
    try:
        course = written_course()
        if options.command == "check":
            from lessonkit.authoring.check import check_course

            return int(not check_course(course))
        if options.command == "lock":
            from lessonkit.authoring.lock import lock_ids

            return int(not lock_ids(course.quizzes, accept=options.accept, check=options.check))
    except (CourseError, ValueError, OSError) as error:
        return _refuse(options.command, error)
    return _run(options, [course.folder / "notebooks" / f"{lesson}.ipynb" for lesson in course.lessons])


def _run(options: argparse.Namespace, notebooks: list[Path]) -> int:
    """Run notebooks."""
    if told := lacks("run"):
        return _refuse("run", told)
    from lessonkit.authoring.run import NotebookError, run_notebooks

    try:
        return run_notebooks(
            notebooks,
            check=options.check,
            seconds=options.timeout,
            jobs=options.jobs,
            kernel=options.kernel,
        )
    except NotebookError as error:
        return _refuse("run", error, status=2)


def _publish(options: argparse.Namespace) -> int:
    """Make of the course what needs no kernel: its site, or its handouts."""
    from lessonkit.course.outline import CourseError, this_course, written_course

    try:
        if options.command == "site":
            return _site(written_course(), options.out)
        return _handouts(this_course(), options)
    except (CourseError, ValueError, OSError) as error:
        return _refuse(options.command, error)


def _site(course: Course, out: Path) -> int:
    """Build the site."""
    if told := lacks("site"):
        return _refuse("site", told)
    from lessonkit.publishing.site import SiteError, build_site

    try:
        build_site(course, out)
    except SiteError as error:
        return _refuse("site", error)
    print(f"Open {out / 'index.html'}")
    return 0


def _handouts(course: Course, options: argparse.Namespace) -> int:
    """Print the handouts."""
    if told := lacks("handouts"):
        return _refuse("handouts", told)
    from lessonkit.publishing.handouts import HandoutError, course_quizzes, print_handouts

    try:
        written = print_handouts(course_quizzes(course, options.lessons), options.out)
    except HandoutError as error:
        return _refuse("handouts", error)
    print(f"{counted(len(written), 'handout')} in {options.out}")
    return 0


def _new(options: argparse.Namespace) -> int:
    """Write a course to begin with."""
    from lessonkit.starter import NewCourseError, new_course

    try:
        course_id = new_course(options.folder, options.title)
    except NewCourseError as error:
        return _refuse("new", error)
    print(f"The course {course_id} is in {options.folder}. Next:\n")
    print(f"  cd {quote(str(options.folder))}")
    print("  lessonkit lab                              its lesson in JupyterLab")
    print("  lessonkit preview quizzes/01-joins.yaml    its quiz in the browser, while you change it")
    print("  python -m pytest                           its tests")
    return 0


def _preview(options: argparse.Namespace) -> int:
    """Show a quiz that is being written."""
    if told := lacks("preview"):
        return _refuse("preview", told)
    from lessonkit.preview import open_preview

    try:
        return open_preview(options.file, port=options.port, browser=not options.no_browser)
    except OSError as error:
        return _refuse("preview", error)


def _class(options: argparse.Namespace) -> int:
    """Serve a class, or write what it showed."""
    places: list[str] = options.course
    reporting = places[:1] == ["report"]
    if len(places) > 1 + reporting:
        many = len(places) - reporting
        return _refuse("class", f"give one COURSE at most, and not {many}.", status=2)
    course = Path(places[-1]) if len(places) > reporting else None
    if reporting:
        return _class_report(course, options)
    if told := lacks("class"):
        return _refuse("class", told)
    from lessonkit.classroom import open_class
    from lessonkit.classroom.alone import RunningError
    from lessonkit.record.store import StoreError

    try:
        return open_class(
            course,
            store=options.store,
            ip=options.ip,
            port=options.port,
            address=options.address,
            new=options.new,
            browser=not options.no_browser,
        )
    except (RunningError, StoreError, ValueError, OSError) as error:
        return _refuse("class", error)


def _class_report(course: Path | None, options: argparse.Namespace) -> int:
    """Write which beliefs are alive in a class, and which questions to look at."""
    from lessonkit.classroom import store_url
    from lessonkit.classroom.report import write_report
    from lessonkit.record.store import Store, StoreError
    from lessonkit.record.syllabus import syllabus

    try:
        read = syllabus(course)
        _tell_problems(read)
        page = write_report(Store(options.store or store_url()), options.out, read)
    except (StoreError, ValueError, OSError) as error:
        return _refuse("class report", error)
    print(f"Written: {page}, and tables beside it as CSV files.")
    return 0


def _on_record(options: argparse.Namespace, store: Store) -> int:
    """Run a command on the learner's record; return its exit status."""
    from lessonkit.record import learner_id, to_jsonl

    learner = learner_id()
    match options.command:
        case "progress":
            _show_progress(store, learner)
        case "export":
            reading = store.read(learner=learner)
            with options.file.open("x", encoding="utf-8", newline="\n") as file:  # x: nothing is overwritten
                file.write(to_jsonl(reading.events))
            written = _("{file}: events of {learner}: {n}.")
            print(written.format(file=options.file, learner=learner, n=len(reading.events)))
            _tell_skipped(reading.skipped)
        case "import":
            done = store.import_jsonl(options.file.read_bytes(), learner)
            for line in done.skipped:
                skipped = _("{place}: skipped, {reason}")
                place = f"{options.file}:{line.number}"
                print(skipped.format(place=place, reason=line.reason), file=sys.stderr)
            added = _("Events added: {added}; here already: {known}; skipped: {skipped}.")
            print(added.format(added=done.added, known=done.known, skipped=len(done.skipped)))
        case "forget":
            ask = _("Delete the whole record of {learner} in {place}?")
            if not (options.yes or _confirmed(ask.format(learner=learner, place=store.place))):
                print(_("Nothing was deleted."))
                return 1
            print(_("Events deleted: {n}.").format(n=store.forget(learner)))
        case _:
            pass
    return 0


def _show_progress(store: Store, learner: str) -> None:
    """Print the board: in color in a terminal, plain elsewhere."""
    from rich.console import Console

    from lessonkit.record import Replay, board, syllabus
    from lessonkit.terminal import board_lines

    reading = store.read(learner=learner)
    replay = Replay()
    replay.add(reading.events)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _FILE_WIDTH  # nothing is cut or wrapped in a file
    course = syllabus()
    _tell_problems(course)
    console.print(*board_lines(board(replay, course)), sep="\n")
    _tell_skipped(reading.skipped)


def _tell_problems(course: Syllabus) -> None:
    for problem in course.problems:
        print(problem, file=sys.stderr)


def _tell_skipped(skipped: int) -> None:
    if skipped:
        left_out = _("Events left out, damaged or of a newer lessonkit: {n}.")
        print(left_out.format(n=skipped), file=sys.stderr)


def _confirmed(question: str) -> bool:
    try:
        ask = _("{question} It cannot be brought back. Type {yes}: ")
        return input(ask.format(question=question, yes="yes")).strip().lower() == "yes"
    except EOFError:  # nobody is there to answer
        print()
        return False


def _lint(options: argparse.Namespace) -> int:
    """List every problem of quiz files."""
    from lessonkit.questions.lint import lint, report

    problems = lint(options.paths)
    print(report(problems))
    return int(any(problem.severity == "error" for problem in problems))


#: What needs no record.
_COMMANDS = {
    "lab": _lab,
    "class": _class,
    "new": _new,
    "preview": _preview,
    "lint": _lint,
    "lock": _author,
    "check": _author,
    "run": _author,
    "site": _publish,
    "handouts": _publish,
}

if __name__ == "__main__":
    sys.exit(main())
