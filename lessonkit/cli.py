"""The ``lessonkit`` command."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lessonkit import __version__


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="lessonkit", description="A course on judging classifiers.")
    top.add_argument("--version", action="version", version=f"lessonkit {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--course", type=Path, metavar="PATH", help="the folder that holds notebooks/")
    lab.add_argument("--ip", default="127.0.0.1", help="address to listen on (0.0.0.0 inside a container)")
    lab.add_argument("--port", type=int, help="port to listen on (default: the first free one from 8888 on)")

    lint = commands.add_parser("lint", help="check quiz files and list every problem")
    lint.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a quiz file, or a folder of them")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status: 0 done, 1 a problem was found, 2 wrong usage."""
    options = parser().parse_args(arguments)
    if options.command == "lab":
        from lessonkit.lab import LabError, open_lab

        try:
            return open_lab(course=options.course, ip=options.ip, port=options.port)
        except LabError as error:
            print(f"lessonkit lab: {error}", file=sys.stderr)
            return 1

    from lessonkit.questions.lint import lint

    problems = lint(options.paths)
    for problem in problems:
        print(problem)
    return int(any(problem.severity == "error" for problem in problems))


if __name__ == "__main__":
    sys.exit(main())
