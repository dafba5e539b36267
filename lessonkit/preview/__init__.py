"""A quiz file in the browser, with what the linter says beside it. The page follows the file as it is saved.

    lessonkit preview quizzes/01-joins.yaml

serves it on this machine alone. `desk` holds the questions, `server` the page. Nothing is recorded.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_FIRST_PORT: Final = 8600
_HERE: Final = "127.0.0.1"


def open_preview(path: Path, *, port: int | None = None, browser: bool = True) -> int:
    """Serve a preview until it is stopped; return the exit status.

    Parameters
    ----------
    path : Path
        The quiz file.
    port : int, optional
        Port to listen on. Default: the first free one from 8600 on.
    browser : bool
        Open the page.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    OSError
        No port is free.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is no file. Give the path of one quiz file.")
    try:
        asyncio.run(_serve(path, port=port, browser=browser))
    except KeyboardInterrupt:
        print("\nThe preview is stopped.")
    return 0


async def _serve(path: Path, *, port: int | None, browser: bool) -> None:
    from lessonkit.preview.desk import Desk
    from lessonkit.preview.server import application
    from lessonkit.serving import http_server, listen, open_page

    desk = Desk(path)
    port = listen(http_server(application(desk)), _HERE, port, first=_FIRST_PORT)
    address = f"http://{_HERE}:{port}"
    print(f"{path} is shown at {address}")
    if not open_page(address, wanted=browser):
        print("No page was opened by itself: open this address in a browser.")
    print("The page follows the file as you save it. Ctrl+C stops.", flush=True)
    await desk.follow()
