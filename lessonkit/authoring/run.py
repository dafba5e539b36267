"""Run notebooks and store their outputs, so that a second run changes no byte.

    lessonkit run                      run all lessons of the course, store the outputs
    lessonkit run --check notebooks    store nothing; fail where a run leaves a diff

What differs from run to run is masked by the rules of sanitize.cfg, which nbval can compare with, too. A
notebook with a failing cell is left untouched, and so are all that had not ended when the command is stopped.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import re
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from lessonkit.i18n import counted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SANITIZE = Path(__file__).resolve().with_name("sanitize.cfg")
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_RULE = re.compile(r"^regex: (.*)\nreplace: (.*)$", re.MULTILINE)
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
DIFF_LINE = 200  # a picture is one line of 100 kB

Notebook = Any  # nbformat's NotebookNode: a dict whose keys are attributes too, and untyped


#: What became of a notebook.
Outcome: TypeAlias = Literal["stored", "unchanged", "changed", "failed"]
_WELL: Final = frozenset({"stored", "unchanged"})


class NotebookError(Exception):
    """A notebook cannot be read or run; the message names it, its cell and the traceback."""


@cache
def _masks() -> list[tuple[re.Pattern[str], str]]:
    text = SANITIZE.read_text(encoding="utf-8")
    return [(re.compile(pattern), marker) for pattern, marker in _RULE.findall(text)]


def mask(text: str) -> str:
    """Replace what differs between two runs by constant markers."""
    for pattern, marker in _masks():
        text = pattern.sub(marker, text)
    return text


def read(path: Path) -> Notebook:
    """Read a notebook without outputs; a cell without an id gets one that is the same every time.

    Raises
    ------
    NotebookError
        If the file is no notebook of format 4.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["nbformat"] != 4:  # noqa: PLR2004  (the format's number)
            raise NotebookError(f"{path}: notebook format {raw['nbformat']}, not 4. Save it with JupyterLab.")
        raw["nbformat_minor"] = 5  # the first with cell ids
        for number, cell in enumerate(raw["cells"], start=1):
            cell.setdefault("id", f"cell-{number:02d}")
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, LookupError, TypeError, nbformat.ValidationError) as error:
        raise NotebookError(f"{path}: not a notebook that can be read: {error}") from error
    return notebook


def normalize(notebook: Notebook) -> None:
    """Drop or mask, in place, what a second run or another machine would store differently."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = dict(KERNELSPEC)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if "text" in output:
                output.text = mask(output.text)
            data = output.get("data", {})
            # A view without its state shows "model not found" and hides the static body.
            data.pop(WIDGET_VIEW, None)
            for kind, value in data.items():
                if isinstance(value, str) and not kind.startswith("image/"):
                    data[kind] = mask(value)
        cell.outputs = [output for output in cell.outputs if output.get("data", True)]


def _is_stopped() -> bool:
    """Say whether the task that runs is to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class _Client(NotebookClient):
    """Runs a notebook, and leaves it to the command what a signal does."""

    @asynccontextmanager
    async def async_setup_kernel(self, **kwargs: Any) -> AsyncIterator[None]:  # noqa: ANN401  (as in nbclient)
        """Hold a kernel. In nbclient, a signal ends one kernel, and then the other notebooks go on."""
        self.create_kernel_manager()
        try:
            await self.async_start_new_kernel(**kwargs)
            await self.async_start_new_kernel_client()
            yield
        finally:
            if _is_stopped():  # nobody wants what it still computes
                self.shutdown_kernel = "immediate"
            await self._async_cleanup_kernel()


async def execute(path: Path, *, seconds: int, kernel: str = KERNELSPEC["name"]) -> str:
    """Run a notebook in a fresh kernel in its own folder; return its text with outputs.

    Raises
    ------
    NotebookError
        If it cannot be read, a cell fails or takes more than *seconds*, or the kernel dies.
    """
    notebook = read(path)
    running = 0

    def remember(cell_index: int, **_: object) -> None:
        nonlocal running
        running = cell_index

    client = _Client(
        notebook,
        timeout=seconds,
        kernel_name=kernel,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        on_cell_start=remember,
        extra_arguments=["--log-level=ERROR"],  # no word on the transport; what the code prints still shows
    )
    # ipykernel captures what C code writes to stderr, but not under pytest: run as nbval will.
    # An empty record: the outputs must not show what the person at this computer has answered.
    environment = os.environ | {
        "PYTEST_CURRENT_TEST": "lessonkit run",
        "LESSONKIT_STORE": "sqlite://",
    }
    try:
        await client.async_execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        if _is_stopped():  # nbclient takes it for a dead kernel
            raise asyncio.CancelledError from None
        source = notebook.cells[running].source
        raise NotebookError(
            f"{path}: cell {running + 1} failed:\n\n{source}\n\n{_COLOR.sub('', str(error))}"
        ) from error
    normalize(notebook)
    text: str = nbformat.writes(notebook)
    return text.rstrip("\n") + "\n"


def find(paths: list[Path]) -> list[Path]:
    """Return the notebooks among *paths*; a folder stands for those in it.

    Raises
    ------
    NotebookError
        If a path leads to no notebook.
    """
    found = []
    for path in paths:
        here = sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
        if not here or not here[0].is_file():
            raise NotebookError(f"{path}: no notebook there.")
        found += here
    return found


def difference(path: Path, new: str) -> str:
    """Return a unified diff from the stored file to *new*, long lines cut; empty if they are the same."""
    old = path.read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{path} (stored)", f"{path} (run)", n=1, lineterm=""
    )
    # Line by line, the texts are equal where only the last line end differs.
    diff = "\n".join(line if len(line) <= DIFF_LINE else f"{line[:DIFF_LINE]} …" for line in lines)
    return diff or ("" if old == new else f"{path}: only line ends differ.")


def settle(path: Path, new: str, *, check: bool) -> tuple[Outcome, str]:
    """Store what a run gave, or with *check* only compare. Return what became of it, and a report."""
    diff = difference(path, new)
    if not diff:
        return "unchanged", f"{path}: unchanged"
    if check:
        return "changed", f"{diff}\n{path}: a run changes it. Fix: lessonkit run {path}"
    path.write_text(new, encoding="utf-8", newline="\n")
    return "stored", f"{path}: stored"


async def process(
    paths: list[Path], ended: Counter[Outcome], *, check: bool, seconds: int, jobs: int, kernel: str
) -> None:
    """Run notebooks, *jobs* at a time; print the reports in order, and count what became of them."""
    free = asyncio.Semaphore(jobs)
    begun = 0

    async def one(path: Path) -> tuple[Outcome, str]:
        nonlocal begun
        async with free:
            begun += 1
            print(f"{begun} of {len(paths)}: {path}", file=sys.stderr, flush=True)
            try:
                new = await execute(path, seconds=seconds, kernel=kernel)
                outcome, report = settle(path, new, check=check)
            except NotebookError as error:
                outcome, report = "failed", str(error)
        ended[outcome] += 1
        return outcome, report

    _stop_when_asked()
    tasks = [asyncio.create_task(one(path)) for path in paths]
    try:
        for task in tasks:
            outcome, report = await asyncio.shield(task)  # else a stop would end them one by one
            print(report, file=sys.stdout if outcome in _WELL else sys.stderr, flush=True)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _stop_when_asked() -> None:
    """Cancel this task at the first SIGTERM; the next one ends the process."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGTERM)
        if task is not None:
            task.cancel()

    with suppress(NotImplementedError, RuntimeError):  # on Windows; outside the main thread
        loop.add_signal_handler(signal.SIGTERM, stop)


def run_notebooks(
    paths: list[Path],
    *,
    check: bool = False,
    seconds: int = 120,
    jobs: int = 2,
    kernel: str = KERNELSPEC["name"],
) -> int:
    """Run notebooks, and print which one begins, what became of each, and how many of each there are.

    Parameters
    ----------
    paths : list of Path
        Notebooks, and folders of them.
    check : bool, default False
        Store nothing; a run that leaves a diff is not well.
    seconds : int
        How long a cell may take.
    jobs : int
        How many notebooks run at a time.
    kernel : str
        The name of the kernel that runs them.

    Returns
    -------
    int
        The exit status: 0 all is well, 1 something is not, 130 or 143 stopped by SIGINT or SIGTERM. What had
        not ended then is as it was.

    Raises
    ------
    NotebookError
        A path leads to no notebook.
    """
    found = find(paths)
    ended: Counter[Outcome] = Counter()
    stopped = 0
    try:
        asyncio.run(process(found, ended, check=check, seconds=seconds, jobs=jobs, kernel=kernel))
    except KeyboardInterrupt:
        stopped = 128 + signal.SIGINT
    except asyncio.CancelledError:
        stopped = 128 + signal.SIGTERM
    parts = [f"{ended[outcome]} {outcome}" for outcome in get_args(Outcome) if ended[outcome]]
    if stopped:
        parts.append(f"{len(found) - ended.total()} left as they were, because the run was stopped")
    print(f"{counted(len(found), 'notebook')}: {', '.join(parts)}.")
    return stopped or int(not ended.keys() <= _WELL)
