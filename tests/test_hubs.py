"""What docs/hubs.md tells an administrator to copy is what the course has."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from ruamel.yaml import YAML

from lessonkit import __version__
from lessonkit.course.outline import Course
from tools.bootstrap import ROOT

PAGE = (ROOT / "docs" / "hubs.md").read_text(encoding="utf-8")


def test_the_link_opens_lesson_00_of_the_copy() -> None:
    (link,) = re.findall(r"^    (https://\S+)$", PAGE, re.MULTILINE)
    parts = urlsplit(link)
    assert parts.path == "/hub/user-redirect/git-pull"
    query = parse_qs(parts.query, strict_parsing=True)
    repository = query["repo"][0].rpartition("/")[2]
    assert query["urlpath"] == [f"lab/tree/{repository}/{Course.at(ROOT).first_lesson}"]


def test_the_chart_and_the_commands_name_this_version() -> None:
    (chart,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    single = YAML(typ="safe").load(chart)["singleuser"]
    assert single["image"]["tag"] == __version__
    assert set(re.findall(r"\b\d+\.\d+\.\d+\b", PAGE)) == {__version__}


def test_the_limits_fit_what_was_measured() -> None:
    rows = {
        name: float(peak) for name, peak in re.findall(r"^\| (\d\d-[\w-]+) \| (\d+) \|", PAGE, re.MULTILINE)
    }
    assert len(rows) > 9
    assert all((ROOT / "notebooks" / f"{name}.ipynb").is_file() for name in rows)
    assert "limit: 2G" in PAGE
    assert "limits.memory 2G" in PAGE
    two_at_once = sum(sorted(rows.values())[-2:]) + 153
    assert two_at_once < 2000, "two lessons and the server no longer fit into 2 GB; mend the limits"
