"""Remember what each question id means, so that lint notices when it changes.

``python -m tools.lock_ids`` adds new questions to ``quizzes/ids.lock``. A question whose meaning changed is
listed and refused: give it a new id. If it only asks the same in better words, accept it by its id:
``python -m tools.lock_ids --accept ID``. ``--check`` only compares.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lessonkit.questions import QuizError, load_quiz
from lessonkit.questions.content import content_hash
from lessonkit.questions.lint import is_quiz
from lessonkit.questions.lock import LOCK, lock_text, read_lock

QUIZZES = Path(__file__).parents[1] / "quizzes"


def main(arguments: list[str] | None = None, folder: Path = QUIZZES) -> int:
    """Bring the lock up to date, or say why not; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.lock_ids", description="Lock the question ids.")
    parser.add_argument("--accept", nargs="+", default=[], metavar="ID", help="same meaning in other words")
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)

    path = folder / LOCK
    locked = read_lock(path.read_text(encoding="utf-8")) if path.is_file() else {}
    try:
        quizzes = [load_quiz(file) for file in sorted(folder.glob("*.yaml")) if is_quiz(file)]
    except QuizError as error:
        print(f"{error}\nNothing is locked. Mend this first; `lessonkit lint quizzes` lists all problems.")
        return 1
    current = {question.id: content_hash(question) for quiz in quizzes for question in quiz.questions}

    changed = [name for name in current if locked.get(name, current[name]) != current[name]]
    refused = [name for name in changed if name not in options.accept]
    for name in refused:
        print(f"{name} changed its meaning: give it a new id, or --accept {name} if it asks the same")
    if unknown := [name for name in options.accept if name not in current]:
        print(f"no question is called {', '.join(unknown)}")
    new = lock_text({**locked, **{name: current[name] for name in current if name not in refused}})
    is_current = path.is_file() and path.read_text(encoding="utf-8") == new
    if not is_current and options.check:
        print(f"{path} is not current; run: python -m tools.lock_ids")
    elif not is_current:
        path.write_text(new, encoding="utf-8")
    return int(bool(refused or unknown) or (options.check and not is_current))


if __name__ == "__main__":
    sys.exit(main())
