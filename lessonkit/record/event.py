"""One thing a learner did, and its form as one line of JSON."""

from __future__ import annotations

import getpass
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple
from uuid import UUID, uuid4

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    JsonValue,
    StringConstraints,
    ValidationError,
)
from pydantic_core import CoreSchema, from_json
from pydantic_core.core_schema import custom_error_schema

from lessonkit.course.outline import FIRST_COURSE
from lessonkit.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The version of the form below. A reader skips what is newer than itself.
VERSION: Final = 1

# These have defaults for a new event; a line without them is none.
_NEEDED: Final = frozenset({"version", "id", "time", "learner"})


# The types are chosen for reading: a record of years is read whole, and each check in Python would take as
# long as all the others. A length, even of nothing, makes pydantic read the text, and so refuse what no file
# can hold: half of a surrogate pair, as a page can send it.
_Text = Annotated[str, Field(min_length=0)]
_LONGEST_NAME: Final = 200


class _Explained:
    """Says what a name has to be, whichever of the checks it fails."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return custom_error_schema(
            handler(source),
            custom_error_type="name",
            custom_error_message=f"it needs 1 to {_LONGEST_NAME} characters, none of them NUL (U+0000)",
        )


# PostgreSQL keeps no NUL in a text.
# No `Field`: the lowest pydantic takes none in an annotation beside a default that is made anew.
_Id = Annotated[
    str, StringConstraints(min_length=1, max_length=_LONGEST_NAME, pattern=r"^[^\x00]*$"), _Explained()
]
_Answer = Annotated[
    _Text | tuple[_Text, ...] | tuple[tuple[_Text, _Text], ...] | None, Field(union_mode="left_to_right")
]


class EventError(ValueError):
    """A text that is no event: damaged, foreign, or written by a newer lessonkit."""


def learner_id() -> str:
    """Return the name under which this learner's events are kept.

    The first of: the environment variables ``LESSONKIT_LEARNER`` and ``JUPYTERHUB_USER``, the name of the
    user's account, ``"learner"``.
    """
    for variable in ("LESSONKIT_LEARNER", "JUPYTERHUB_USER"):
        if name := os.environ.get(variable, "").strip():
            return name.encode(errors="replace").decode()[:_LONGEST_NAME]
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "learner"


def _uuid(text: str) -> str:
    return str(UUID(text))


# As we write them, or in another of the forms there are.
_Uuid = (
    Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    | Annotated[str, AfterValidator(_uuid)]
)


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:  # the first or last day of the calendar
        raise ValueError("outside the calendar") from error


class Event(BaseModel):
    """One thing a learner did. Events are only ever added; progress and all else is a replay of them.

    Attributes
    ----------
    type : {"answer", "hint", "reveal", "reset", "submit", "check", "room"}
        answer: an answer was given; hint: the next hint was asked for; reveal: the solution was asked for;
        reset: the question, or the whole lesson, starts over; submit: an exam was handed in; check: an
        exercise was checked; room: a class went on or somebody joined it (`lessonkit.classroom`).
    lesson : str
        Stem of the quiz file.
    question : str or None
        Id of the question, or of the exercise that was checked; None for a `submit` or `reset` of the lesson.
    content : str or None
        `lessonkit.questions.content.content_hash` of the question.
    attempt : int or None
        Which attempt at the question this is, from 1 on.
    seed : str or None
        Seed of the variant that was shown.
    answer : str, tuple of str, tuple of pairs of str, or None
        Ids of the ticked choices, in order where order matters; pairs of ids; or the text as typed.
    correct : bool or None
        None until it is marked, as in an exam before it is handed in. Of a check: whether it passed.
    credit : float or None
        From 0 to 1.
    confidence : {"guess", "fairly-sure", "certain"} or None
        What the learner said about the answer.
    seconds : float or None
        Time from seeing the question to this answer.
    counts : bool
        False for a question asked before the text answers it.
    review : bool
        True when the question was asked again in a review, not in its lesson.
    course : str
        Id of the course. An event that names none is of the one that there was when events began.
    learner : str
        Default: `learner_id()`.
    id : str
        A UUID, new by default. The same id twice is the same event.
    time : datetime
        Aware, kept in UTC; now by default.
    version : int
        Version of this form.
    other : dict
        Fields that this version does not know; kept, and written again by `to_json`.

    Raises
    ------
    pydantic.ValidationError
        A field is missing, unknown or of the wrong type (a `ValueError`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    type: Literal["answer", "hint", "reveal", "reset", "submit", "check", "room"]
    lesson: _Id
    question: _Id | None = None
    content: _Text | None = None
    attempt: Annotated[int, Field(ge=1)] | None = None
    seed: _Text | None = None
    answer: _Answer = None
    correct: bool | None = None
    credit: Annotated[float, Field(ge=0, le=1)] | None = None
    confidence: Literal["guess", "fairly-sure", "certain"] | None = None
    seconds: Annotated[float, Field(ge=0)] | None = None
    counts: bool = True
    review: bool = False
    course: _Id = FIRST_COURSE
    learner: _Id = Field(default_factory=learner_id)
    id: _Uuid = Field(default_factory=lambda: str(uuid4()))
    time: Annotated[AwareDatetime, AfterValidator(_utc)] = Field(default_factory=lambda: datetime.now(UTC))
    version: Literal[1] = VERSION
    other: dict[str, JsonValue] = Field(default_factory=dict, repr=False)

    def to_json(self) -> str:
        """Return the event as one line of JSON, without the line's end."""
        aside = {"other"}
        if not self.review:
            aside.add("review")
        if self.course == FIRST_COURSE:  # its record is one of the old ones, for older versions too
            aside.add("course")
        known = self.model_dump(mode="json", exclude=aside, exclude_none=True)
        return json.dumps(self.other | known, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str | bytes) -> Event:
        """Read an event from one line of JSON.

        Raises
        ------
        EventError
            The line is not JSON, not an event, or an event of a newer version.
        """
        try:
            event = cls.model_validate_json(line)
        except (ValueError, TypeError):
            return cls._with_others(line)
        # The usual line: whole, and of fields that are known. It is read in a third of the time.
        is_whole = event.model_fields_set >= _NEEDED and "other" not in event.model_fields_set
        return event if is_whole else cls._with_others(line)

    @classmethod
    def _with_others(cls, line: str | bytes) -> Event:
        """Read an event that has fields not known here, or say why the line is none."""
        try:
            fields = from_json(line, allow_inf_nan=False)
        except (ValueError, TypeError) as error:  # TypeError: a text that UTF-8 cannot hold
            raise EventError(_("not whole JSON: {error}").format(error=error)) from error
        if not isinstance(fields, dict):
            raise EventError(_("not an event: a JSON object is needed"))
        version = fields.get("version")
        if isinstance(version, int) and version > VERSION:
            newer = _("written by a newer lessonkit (event version {version}, known: {known})")
            raise EventError(newer.format(version=version, known=VERSION))
        if _NEEDED - fields.keys():
            needed = _("not an event: {names} and {last} are needed")
            raise EventError(needed.format(names="`version`, `id`, `time`", last="`learner`"))
        known = {key: fields.pop(key) for key in list(fields) if key in cls.model_fields and key != "other"}
        try:
            return cls.model_validate_json(json.dumps(known | {"other": fields}, allow_nan=False))
        except ValidationError as error:
            first = error.errors()[0]
            reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise EventError(_("not an event: {reason}").format(reason=reason)) from error
        except ValueError as error:  # a number beyond all bounds in a field that we do not know
            raise EventError(_("not an event: {reason}").format(reason=error)) from error


class Line(NamedTuple):
    """A line that was skipped, and why."""

    number: int
    reason: str


def to_jsonl(events: Iterable[Event]) -> str:
    """Return the events as JSON Lines, one a line."""
    return "".join(f"{event.to_json()}\n" for event in events)


def from_jsonl(content: str | bytes) -> tuple[list[Event], list[Line]]:
    """Read events from JSON Lines.

    Parameters
    ----------
    content : str or bytes
        What `to_jsonl` wrote, whole or torn. Empty lines are passed over.

    Returns
    -------
    events : list of Event
    skipped : list of Line
        The lines that are no event, numbered from 1: damaged, torn, or of a newer version.

    Raises
    ------
    EventError
        There are lines, and not one of them is an event.
    """
    content = content.encode(errors="replace") if isinstance(content, str) else content
    events: list[Event] = []
    skipped: list[Line] = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            events.append(Event.from_json(line))
        except EventError as error:
            skipped.append(Line(number, str(error)))
    if skipped and not events:
        raise EventError(
            _(
                "this is no exported record: none of its {n} lines is an event (line {line}: {reason}). "
                "Choose a file that an export has written."
            ).format(n=len(skipped), line=skipped[0].number, reason=skipped[0].reason)
        )
    return events, skipped
