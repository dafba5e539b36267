"""What the code host reads: workflows, forms, citation. And one address of the project, everywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from lessonkit.publishing.links import problems
from lessonkit.record.event import Event
from tools.bootstrap import steps
from tools.lesson import load

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = [GITHUB / "ISSUE_TEMPLATE" / name for name in ("problem.yml", "question.yml")]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOME = "lessonkit/lessonkit"

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
each_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    # YAML 1.2, in which `on` is a word.
    data: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return data


def runs(workflow: dict[str, Any]) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


@each_workflow
def test_each_action_is_pinned_by_commit_with_its_version_beside_it(path: Path) -> None:
    used = re.findall(r"\buses:.*", path.read_text(encoding="utf-8"))
    assert used
    for line in used:
        assert re.fullmatch(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_has_one_commit_in_all_workflows() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", text))
    assert len(pins) == len(dict(pins)) == 5


@each_workflow
def test_a_workflow_may_read_and_nothing_else(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow["on"]
    assert workflow["concurrency"]["group"].endswith("${{ github.ref }}")
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        if "permissions" in job:  # to publish, and it runs nothing of the project's own
            assert job["permissions"] == {"pages": "write", "id-token": "write"}
            assert [set(step) for step in job["steps"]] == [{"uses", "id"}]
            assert job["steps"][0]["uses"].startswith("actions/deploy-pages@")
            continue
        checkout = job["steps"][0]
        assert checkout["uses"].startswith("actions/checkout@")
        assert checkout["with"] == {"persist-credentials": False}


@each_workflow
def test_no_text_from_outside_reaches_a_shell(path: Path) -> None:
    assert not [command for command in runs(read(path)) if "${{" in command]


@each_workflow
def test_the_commands_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in runs(read(path)):
        if match := re.fullmatch(r"python tools/bootstrap\.py (\w+)( \w+)?", command):
            # An unknown task raises; the set-up runs no command after itself.
            assert steps(match[1], match[2].split() if match[2] else []) or match[1] == "setup"
        elif match := re.fullmatch(r"make (\w+)", command):
            assert re.search(rf"^{match[1]}:", makefile, re.MULTILINE)


def test_the_tests_run_on_each_system_and_python_that_the_project_names() -> None:
    matrix = read(GITHUB / "workflows/ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    prefix = "Programming Language :: Python :: "
    assert [prefix + version for version in matrix["python"]] == [
        text for text in PROJECT["classifiers"] if text.startswith(prefix)
    ]


def test_the_newest_releases_links_and_binder_are_tried_every_week() -> None:
    workflow = read(GITHUB / "workflows/weekly.yml")
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", workflow["on"]["schedule"][0]["cron"])
    commands = runs(workflow)
    assert commands.index("make lock") < commands.index("make test")
    assert "make binder" in commands
    assert any("tools.check_links --external" in command for command in commands)


def test_what_the_weekly_run_leaves_out_is_a_test() -> None:
    text = (GITHUB / "workflows/weekly.yml").read_text(encoding="utf-8")
    left_out = re.findall(r"--deselect=(\S+)", text)
    assert left_out
    for test in left_out:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_hooks_are_local_or_pinned_and_actionlint_is_one() -> None:
    hooks: dict[str, dict[str, Any]] = {}
    for repo in read(ROOT / ".pre-commit-config.yaml")["repos"]:
        assert repo["repo"] == "local" or re.fullmatch(r"[0-9a-f]{40}", repo["rev"])
        hooks |= {hook["id"]: hook for hook in repo["hooks"]}
    for hook in hooks.values():
        for package in hook.get("additional_dependencies", ()):
            assert re.fullmatch(r"[\w-]+==[\d.]+", package)
    assert hooks["actionlint"]["files"] == r"^\.github/workflows/"
    assert any("pre-commit run actionlint --all-files" in line for line in runs(read(WORKFLOWS[0])))


@each_form
def test_a_form_is_one_that_the_host_takes(path: Path) -> None:
    form = read(path)
    assert set(form) == {"name", "description", "labels", "body"}
    ids = [part["id"] for part in form["body"]]
    assert len(ids) == len(set(ids))
    for part in form["body"]:
        assert part["type"] in {"input", "textarea", "dropdown"}
        assert part["attributes"]["label"]
        options = part["attributes"].get("options", [])
        assert bool(options) == (part["type"] == "dropdown")
        assert len(options) == len(set(options))


def test_a_problem_names_lesson_cell_and_environment() -> None:
    parts = {part["id"]: part for part in read(FORMS[0])["body"]}
    assert list(parts) == ["lesson", "cell", "happened", "expected", "place", "environment"]
    assert all(part["validations"]["required"] for part in parts.values())
    notebooks = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))
    titles = [load(path).headings[0][1].text for path in notebooks]
    assert parts["lesson"]["attributes"]["options"][:-1] == titles


def test_the_citation_is_complete_and_of_this_version() -> None:
    citation = read(ROOT / "CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]
    assert citation["version"] == PROJECT["version"]
    # Cited is the software; the lessons and the data in the package have licenses of their own.
    assert PROJECT["license"].split(" AND ")[0] == citation["license"]
    assert citation["repository-code"] == f"https://github.com/{HOME}"


def test_the_changelog_knows_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    assert PROJECT["version"] in text


def test_the_security_note_names_all_that_an_event_keeps() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    stored = text.partition("Per event:")[2].partition(".")[0]
    words = {"correct": "right", "time": "time", "learner": "learner"}
    for field in (
        "time",
        "learner",
        "lesson",
        "question",
        "attempt",
        "answer",
        "correct",
        "confidence",
        "seconds",
    ):
        assert field in Event.model_fields
        assert words.get(field, field) in stored


@pytest.mark.parametrize("name", ["CHANGELOG.md", "SECURITY.md", "INSTRUCTORS.md"])
def test_links_lead_somewhere(name: str) -> None:
    assert problems(ROOT / name) == []


def test_the_project_has_one_address() -> None:
    hosts = r"github\.com|mybinder\.org/v2/gh|colab\.research\.google\.com/github|codespaces\.new"
    places = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("*.cff"), *GITHUB.rglob("*.*")]
    places += [
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "notebooks").glob("*.ipynb"),
        *(ROOT / "site").rglob("*.*"),
    ]
    found = set()
    for path in filter(Path.is_file, places):
        text = path.read_text(encoding="utf-8", errors="replace")
        found |= set(re.findall(rf"(?:{hosts})/([\w.-]+/lessonkit)\b(?!-)", text))
    assert found == {HOME}
