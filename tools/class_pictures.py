"""Take pictures of a class, wall, teacher and phone, as `tools.screenshots` does of the lessons."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from lessonkit.classroom.ballot import Ballot
from lessonkit.questions import NumericQuestion, load_quiz
from tools.browser import REPOSITORY
from tools.served_class import ServedClass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import APIRequestContext, Browser, Page

#: What the guide for instructors shows.
GUIDE_PICTURE: Final = REPOSITORY / "docs" / "class-{page}.png"
#: A question of each kind.
QUESTIONS: Final = {
    "single": ("01-precision-and-recall", "how-much-was-caught"),
    "multiple": ("01-precision-and-recall", "more-normal-mail"),
    "numeric": ("01-precision-and-recall", "recall-from-counts"),
    "match": ("01-precision-and-recall", "name-the-outcomes"),
    "order": ("03-precision-recall-curves", "left-to-right"),
    "operating-point": ("02-decision-thresholds", "catch-half-of-the-spam"),
}
SIZES: Final = {"wall": (1280, 720), "teacher": (1280, 820), "phone": (390, 780)}
VOTERS: Final = 11
# Which answer each voter gives in the first and in the second vote.
VOTES: Final = ((0, 0, 0, 0, 0, 2, 2, 1, 1, 1, 3), (1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2))
#: The steps of a whole question, with the phase after each.
STEPS: Final = (
    ("ask", "open"),
    ("close", "closed"),
    ("discuss", "discuss"),
    ("again", "open"),
    ("close", "closed"),
    ("bars", "bars"),
    ("key", "key"),
)
_COLORS: Final = 64  # of a picture in the repository, so that it stays small


@dataclass
class Room:
    """A class in a browser: its three pages, and voters whose pages nobody sees."""

    served: ServedClass
    pages: dict[str, Page]
    voters: list[APIRequestContext]
    phase: str = "lobby"
    turn: int = 0

    def step(self, do: str, phase: str, **more: str) -> None:
        """Take a step of the teacher, and wait until all three pages show it."""
        step = {"do": do, "phase": self.phase, "turn": self.turn, **more}
        self._post(self.pages["teacher"].context.request, "/teacher/step", step)
        self.phase = phase
        self.turn += do in {"ask", "again"}
        self.settle()

    def vote(self, answers: list[Any], numbers: tuple[int, ...]) -> None:
        """Let everybody vote, the phone last."""
        voters = [*self.voters, self.pages["phone"].context.request]
        for voter, number in zip(voters, (*numbers, 0), strict=True):
            answer = answers[number % len(answers)]
            vote = {"type": "draft", "request": "", "question": "question", "turn": self.turn}
            self._post(voter, "/vote", {**vote, "answer": answer, "confidence": None})
        self.settle()

    def settle(self) -> None:
        """Wait for the pages."""
        self.pages["wall"].wait_for_selector(f'body[data-phase="{self.phase}"]', timeout=60_000)
        for page in self.pages.values():
            page.wait_for_timeout(800)

    def _post(self, context: APIRequestContext, path: str, data: object) -> None:
        reply = context.post(self.served.base + path, data=data, headers={"Origin": self.served.base})
        if not reply.ok:
            raise RuntimeError(reply.text())


@contextmanager
def room(browser: Browser, theme: str, scale: float = 1) -> Iterator[Room]:
    """Serve a class of twelve and open its pages."""
    with (
        TemporaryDirectory() as home,
        ServedClass(f"sqlite:///{home}/class.sqlite", REPOSITORY) as served,
    ):
        addresses = {"wall": served.wall, "teacher": served.teacher, "phone": f"/{served.code}"}
        pages = {}
        for name, (width, height) in SIZES.items():
            size = {"width": width, "height": height}
            context = browser.new_context(
                viewport=size,  # type: ignore[arg-type]
                color_scheme=theme,  # type: ignore[arg-type]
                device_scale_factor=scale,
                reduced_motion="reduce",
            )
            context.set_default_timeout(60_000)
            pages[name] = context.new_page()
            pages[name].goto(served.base + addresses[name])
        pages["phone"].locator("#name:not(:empty)").wait_for()
        voters = [browser.new_context() for _ in range(VOTERS)]
        made = Room(served, pages, [voter.request for voter in voters])
        for voter in made.voters:
            made._post(voter, "/join", {"code": served.code})  # noqa: SLF001  (its own)
        yield made
        for context in [*voters, *(page.context for page in pages.values())]:
            context.close()


def answers(lesson: str, question: str) -> list[Any]:
    """Return answers to a question as pages send them; the right one is not the first."""
    ballot = Ballot(load_quiz(REPOSITORY / "quizzes" / f"{lesson}.yaml"), question)
    asked, (page,) = ballot.question, ballot.page()["questions"]
    if isinstance(asked, NumericQuestion):
        wrong = [f"{mistake.answer:.6g}" for mistake in asked.mistakes]
        return [*wrong[:1], f"{asked.answer:.6g}", *wrong[1:]]
    match asked.kind:
        case "single":
            return [[choice["id"]] for choice in page["choices"]]
        case "multiple":
            ids = [choice["id"] for choice in page["choices"]]
            return [ids[:1], ids[:2], ids[1:3]]
        case "order":
            ids = [item["id"] for item in page["items"]]
            return [ids, ids[::-1], ids[1:] + ids[:1]]
        case "match":
            pairs, targets = ([one["id"] for one in page[part]] for part in ("pairs", "targets"))
            turned = [targets[place:] + targets[:place] for place in range(len(targets))]
            return [dict(zip(pairs, one, strict=False)) for one in turned]
        case _:
            return ["0.5", "0.3", "0.8"]


def walk(browser: Browser, folder: Path, theme: str, kinds: tuple[str, ...] = tuple(QUESTIONS)) -> None:
    """Lead a class through a question of each kind, and picture each page in each phase."""
    with room(browser, theme) as class_:
        _shoot(class_, folder, f"lobby-{theme}")
        for kind in kinds:
            lesson, question = QUESTIONS[kind]
            given = answers(lesson, question)
            for number, (do, phase) in enumerate(STEPS):
                more = {"lesson": lesson, "question": question} if do == "ask" else {}
                class_.step(do, phase, **more)
                if phase == "open":
                    class_.vote(given, VOTES[class_.turn % 2 == 0])
                _shoot(class_, folder, f"{kind}-{number}-{phase}-{theme}")
            class_.step("next", "lobby")


def _shoot(class_: Room, folder: Path, name: str) -> None:
    for part, page in class_.pages.items():
        page.screenshot(path=folder / f"class-{name}-{part}.png", animations="disabled")


def guide(browser: Browser) -> None:
    """Renew the pictures of the guide for instructors: each page at the moment that says most."""
    lesson, question = QUESTIONS["single"]
    given = answers(lesson, question)
    with room(browser, "light") as class_:
        class_.step("ask", "open", lesson=lesson, question=question)
        class_.vote(given, VOTES[0])
        _keep(class_, "wall")
        _keep(class_, "phone")
        class_.step("close", "closed")
        _keep(class_, "teacher")


def _keep(class_: Room, part: str) -> None:
    path = str(GUIDE_PICTURE).format(page=part)
    class_.pages[part].screenshot(path=path, animations="disabled")
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(_COLORS)
    small.save(path, optimize=True)
