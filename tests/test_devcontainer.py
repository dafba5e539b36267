"""Codespaces and VS Code open the course with the environment of the lock."""

from __future__ import annotations

import json
import re

from tools import bootstrap
from tools.bootstrap import ROOT

CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))


def test_the_image_is_pinned_to_a_supported_python() -> None:
    pinned = re.fullmatch(r"python:(3)\.(\d+)\.\d+-[a-z]+", CONTAINER["image"])
    assert pinned is not None, "name the patch version and the system"
    low, high = bootstrap.SUPPORTED
    assert low <= (int(pinned[1]), int(pinned[2])) <= high


def test_it_sets_up_what_make_does_and_uses_it() -> None:
    assert CONTAINER["onCreateCommand"] == "python tools/bootstrap.py setup"
    assert bootstrap.steps("setup", []) == []
    interpreter = CONTAINER["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter == "${containerWorkspaceFolder}/.venv/bin/python"


def test_it_opens_lesson_00_and_the_port_of_the_lab() -> None:
    (first,) = CONTAINER["customizations"]["codespaces"]["openFiles"]
    assert (ROOT / first).is_file()
    assert CONTAINER["forwardPorts"] == [8888]
