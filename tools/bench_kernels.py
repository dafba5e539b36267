"""Measure what a learner costs a hub: memory and processor time of the server and of each lesson's kernel.

    python -m tools.bench_kernels    one row a lesson, for docs/hubs.md (Linux only: it reads /proc)

Lessons run one after the other, each in a kernel of its own. *Peak* is the largest resident set. *Own* is the
part of the final resident set that no other process can share; libraries are mapped from files, so a second
learner on the same machine does not pay for them again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.request import urlopen

import nbformat
from nbclient import NotebookClient

from lessonkit.lab import reserve_port, server_command, server_environment, wait_until_ready

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 1
_TOKEN = "bench"  # noqa: S105  (of a server that listens to this machine and lives for seconds)


class Usage(NamedTuple):
    """What a process took: memory in MB (10^6 bytes), processor time in seconds."""

    peak: float
    own: float
    cpu: float

    @classmethod
    def of(cls, pid: int) -> Usage:
        """Read it off a running process."""
        folder = Path("/proc") / str(pid)
        status, smaps = (folder / "status").read_text(), (folder / "smaps_rollup").read_text()
        # The name of the program stands in brackets and may hold spaces.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        user, system = int(fields[11]), int(fields[12])
        return cls(_megabytes(status, "VmHWM"), _megabytes(smaps, "Anonymous"), (user + system) / _TICKS)


def _megabytes(text: str, field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"the kernel of this machine does not tell {field}")
    return int(found[1]) * 1024 / 1e6


def server() -> Usage:
    """Start JupyterLab as ``lessonkit lab`` does, ask for its page once, and measure it."""
    with TemporaryDirectory() as home, reserve_port("127.0.0.1", None) as port:
        command = server_command(Path(home), "127.0.0.1", port)
        with subprocess.Popen(command, env=server_environment(_TOKEN)) as process:
            try:
                base = wait_until_ready(process, _TOKEN)
                with urlopen(f"{base}/lab?token={_TOKEN}", timeout=20):  # noqa: S310  (our own server)
                    return Usage.of(process.pid)
            finally:
                process.terminate()


def lesson(path: Path) -> Usage:
    """Run a lesson from top to bottom, and measure its kernel before it stops."""
    client = NotebookClient(
        nbformat.read(path, as_version=4),
        timeout=300,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],
    )
    with client.setup_kernel(env=os.environ | {"LESSONKIT_STORE": "sqlite://"}):
        for index, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, index)
        return Usage.of(client.km.provisioner.pid)  # type: ignore[union-attr]


def main() -> int:
    """Print a Markdown table."""
    print("| | Peak memory, MB | Own memory at the end, MB | Processor, s | Wall clock, s |")
    print("|---|--:|--:|--:|--:|")
    for name, path in [("server", None), *((path.stem, path) for path in sorted(NOTEBOOKS.glob("*.ipynb")))]:
        start = time.perf_counter()
        usage = server() if path is None else lesson(path)
        wall = time.perf_counter() - start
        print(f"| {name} | {usage.peak:.0f} | {usage.own:.0f} | {usage.cpu:.0f} | {wall:.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
