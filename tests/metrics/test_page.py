"""The page *Your scores do not fit?* shows what its code prints."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from tools.site import SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = (SITE / "your-scores-do-not-fit.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
ENGINES = {"DuckDB, on a laptop": "duckdb", "Dask": "dask", "Spark": "pyspark"}


def blocks(section: str) -> list[tuple[str, str]]:
    """Return the blocks of code and of output, in their order."""
    return re.findall(r"^```(python|text)\n(.*?)^```$", SECTIONS[section], re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def clicks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run the section that writes the rows, in a folder of its own."""
    folder = tmp_path_factory.mktemp("page")
    with contextlib.chdir(folder):
        for _, code in blocks("Rows to try it on"):
            exec(code, {})  # noqa: S102  (our own page)
    return folder


@pytest.mark.filterwarnings("ignore:Dask support is moving out of Narwhals:FutureWarning")
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")  # Dask's own use of pandas
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.parametrize("section", ENGINES, ids=ENGINES.values())
def test_the_page_shows_what_its_code_prints(section: str, clicks: Path) -> None:
    if ENGINES[section] == "pyspark" and not importlib.util.find_spec("pyspark"):
        pytest.skip("no pyspark")
    names: dict[str, Any] = {}
    printed = ""
    with contextlib.chdir(clicks):
        for kind, text in blocks(section):
            if kind == "text":
                assert text == printed
                continue
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(text, names)  # noqa: S102
            printed = out.getvalue()
    if "spark" in names:
        names["spark"].stop()


def test_each_code_has_its_output_beside_it() -> None:
    for section in ENGINES:
        kinds = [kind for kind, _ in blocks(section)]
        assert kinds == ["python", "text"] * (len(kinds) // 2)
        assert kinds
