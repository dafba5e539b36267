"""The handouts as PDF. In a process of their own: Playwright runs once in each, and a fixture may have it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def print_handouts(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lessonkit.cli", "handouts", *arguments],
        cwd=ROOT, env=os.environ | variables, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_lesson_becomes_two_pdfs(tmp_path: Path) -> None:
    done = print_handouts("01", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"2 handouts in {tmp_path}\n"
    sheet, answers = (
        (tmp_path / f"01-precision-and-recall{suffix}.pdf").read_bytes() for suffix in ("", "-answers")
    )
    # Where no font is as narrow as Arial, DejaVu is taken, which runs wider.
    most = 6 if re.search(rb"Arial|Liberation|SourceSans|Segoe|Helvetica", sheet) else 8
    assert 3 <= pages(sheet) <= most
    assert pages(sheet) < pages(answers) <= 2 * most
    for pdf in (sheet, answers):
        assert pdf.startswith(b"%PDF-")
        assert len(pdf) < 1_000_000
        assert re.search(rb"/MediaBox\s*\[0 0 59[45][\d.]* 84[12]", pdf), "not A4"
        assert b"/StructTreeRoot" in pdf, "no structure for screen readers"


def test_without_chromium_it_says_how_to_get_one(tmp_path: Path) -> None:
    missing = str(tmp_path / "no-chromium")
    done = print_handouts("01", "--out", str(tmp_path / "out"), LESSONKIT_CHROMIUM=missing)
    assert done.returncode == 1
    assert done.stderr.startswith("lessonkit handouts: No Chromium was found")
    assert "Traceback" not in done.stderr
