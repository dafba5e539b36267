"""Remember what each question id means, so that lint notices when it changes.

``lessonkit lock`` adds new questions to ``quizzes/ids.lock``. A question whose meaning changed is listed and
refused: give it a new id. If it only asks the same in better words, accept it by its id:
``lessonkit lock --accept ID``. ``--check`` only compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessonkit.questions import QuizError, load_quiz
from lessonkit.questions.bank import NO_QUIZ
from lessonkit.questions.content import content_hash
from lessonkit.questions.lock import LOCK, lock_text, read_lock

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def lock_ids(folder: Path, *, accept: Collection[str] = (), check: bool = False) -> bool:
    """Bring the lock of a folder of quizzes up to date, or print why not; say whether all is well.

    Parameters
    ----------
    folder : Path
        The folder of the quizzes.
    accept : collection of str
        Ids of questions that ask the same in other words.
    check : bool, default False
        Change nothing; a lock that is not current is not well.

    Raises
    ------
    ValueError
        A line of the lock cannot be read.
    """
    path = folder / LOCK
    locked = read_lock(path.read_text(encoding="utf-8")) if path.is_file() else {}
    try:
        quizzes = [load_quiz(file) for file in sorted(folder.glob("*.yaml")) if file.name not in NO_QUIZ]
    except QuizError as error:
        print(f"{error}\nNothing is locked. Fix this first; `lessonkit lint {folder}` lists all problems.")
        return False
    current = {question.id: content_hash(question) for quiz in quizzes for question in quiz.questions}

    changed = [name for name in current if locked.get(name, current[name]) != current[name]]
    refused = [name for name in changed if name not in accept]
    for name in refused:
        print(f"{name} changed its meaning: give it a new id, or --accept {name} if it asks the same")
    if unknown := [name for name in accept if name not in current]:
        print(f"no question is called {', '.join(unknown)}")
    new = lock_text({**locked, **{name: current[name] for name in current if name not in refused}})
    is_current = path.is_file() and path.read_text(encoding="utf-8") == new
    if not is_current and check:
        print(f"{path} is not current; run: lessonkit lock")
    elif not is_current:
        path.write_text(new, encoding="utf-8", newline="\n")
    return not (refused or unknown) and (is_current or not check)
