"""A whole JupyterLab, for the browser tests and for the screenshots."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lessonkit.lab import reserve_port, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

REPOSITORY = Path(__file__).parents[1]
RUN_ALL = 120  # seconds


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab over `folder`, a copy of the course."""

    url: str
    folder: Path

    def open(self, page: Page, notebook: str, *, within: str = "lab/tree") -> None:
        """Open a notebook and wait until its kernel is connected and idle.

        Run All clicked earlier starts a second kernel and leaves cells without output.

        Parameters
        ----------
        notebook : str
            Its path in `folder`.
        within : {"lab/tree", "notebooks"}
            JupyterLab, or Notebook 7, which the same server has.
        """
        page.goto(f"{self.url}/{within}/{notebook}?reset")
        page.wait_for_function(
            """() => {
              const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
              const kernel = context?.session?.kernel;
              return context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
            }""",
            timeout=60_000,
        )

    def run_all(self, page: Page) -> None:
        """Run all cells, and wait until the last one is done."""
        done = page.evaluate(
            """seconds => Promise.race([
              window.jupyterapp.commands.execute("notebook:run-all-cells").then(() => true),
              new Promise((resolve) => setTimeout(resolve, seconds * 1000, false)),
            ])""",
            RUN_ALL,
        )
        if not done:
            raise TimeoutError(f"the notebook took longer than {RUN_ALL} s")

    def set_theme(self, page: Page, theme: str) -> None:
        """Switch between "light" and "dark"."""
        page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: name })",
            f"JupyterLab {theme.capitalize()}",
        )
        page.wait_for_selector(
            f"body[data-jp-theme-light='{str(theme == 'light').lower()}']", state="attached"
        )

    def active_cell(self, page: Page) -> int:
        """Return the index of the notebook cell that is selected."""
        index: int = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
        return index


def private(home: Path) -> dict[str, str]:
    """Return variables by which Jupyter and lessonkit keep everything they write in *home*."""
    return {
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "LESSONKIT_STORE": f"sqlite:///{(home / 'record.db').as_posix()}",
    }


@contextmanager
def serve(home: Path, course: Path | None = None) -> Iterator[Lab]:
    """Serve a course with JupyterLab, with settings and a record of its own.

    Parameters
    ----------
    home : Path
        An empty folder; everything is written there.
    course : Path, optional
        The folder of the course. Default: a copy of that of this repository.
    """
    folder = course or home / "course"
    if course is None:
        for name in ("notebooks", "quizzes"):
            shutil.copytree(REPOSITORY / name, folder / name)
    config = home / "config" / "labconfig"
    config.mkdir(parents=True)
    no_news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "page_config.json").write_text(json.dumps(no_news), encoding="utf-8")
    with (
        reserve_port("127.0.0.1", None) as port,
        (home / "server.log").open("wb") as out,
        subprocess.Popen(
            _command(folder, port), env=os.environ | private(home), stdout=out, stderr=out
        ) as server,
    ):
        try:
            yield Lab(wait_until_ready(server, "", folder=home / "runtime"), folder)
        finally:
            server.terminate()  # it shuts its kernels down first
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def _command(folder: Path, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
    ]
