"""The browser that prints."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def launch(playwright: Playwright) -> Browser:
    """Start the installed Chromium, else Playwright's own; ``LESSONKIT_CHROMIUM`` names another, or none."""
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    chromium = os.environ.get("LESSONKIT_CHROMIUM", shutil.which("chromium"))
    return playwright.chromium.launch(executable_path=chromium or None, args=[*_FLAGS, *root])
