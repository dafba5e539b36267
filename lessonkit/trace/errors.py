"""What goes wrong in a trace, and what a trace warns of."""

from __future__ import annotations

__all__ = ["LeakWarning", "TraceError"]


class TraceError(ValueError):
    """A trace cannot read what it was given; the message names it and the mend."""


class LeakWarning(UserWarning):
    """A fitted step saw test rows, so the test is no longer one."""
