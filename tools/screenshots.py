"""Take pictures of what learners see, for a look with one's own eyes and for the README.

``python -m tools.screenshots`` opens the lessons in JupyterLab, runs them, and writes pictures to
``screenshots/`` (git ignores it): each widget in light, dark and gray, wide and narrow, before and after use.
``--readme`` renews ``docs/question.png`` as well.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tools.browser import REPOSITORY, Lab, launch, serve

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FOLDER = REPOSITORY / "screenshots"
README_PICTURE = REPOSITORY / "docs" / "question.png"
THEMES = ("light", "dark")
WIDTHS = (1400, 800)
NARROW = 320  # pixels, for the widgets alone: JupyterLab itself needs more


def resize(page: Page, part: Locator, width: int) -> None:
    """Give the page a width, and the height that shows all of *part* at once."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.wait_for_timeout(400)  # the page lays itself out again
    box = part.bounding_box()
    page.set_viewport_size({"width": width, "height": round(box["height"] if box else 0) + 400})
    part.scroll_into_view_if_needed()
    page.wait_for_timeout(400)


def shoot(part: Locator, path: Path) -> None:
    """Write the picture of one part of the page."""
    part.scroll_into_view_if_needed()
    part.screenshot(path=path, animations="disabled")


def shoot_states(page: Page, lab: Lab, part: Locator, name: str) -> None:
    """Write pictures of a widget in each theme at each width."""
    for theme in THEMES:
        lab.set_theme(page, theme)
        for width in WIDTHS:
            resize(page, part, width)
            shoot(part, FOLDER / f"{name}-{theme}-{width}.png")
        part.evaluate("(element, width) => { element.style.width = `${width}px`; }", NARROW)
        resize(page, part, WIDTHS[1])
        shoot(part, FOLDER / f"{name}-{theme}-{NARROW}.png")
        part.evaluate("element => { element.style.width = ''; }")
    lab.set_theme(page, "light")
    part.evaluate("element => { element.style.filter = 'grayscale(1)'; }")
    resize(page, part, WIDTHS[0])
    shoot(part, FOLDER / f"{name}-gray-{WIDTHS[0]}.png")
    part.evaluate("element => { element.style.filter = ''; }")
    page.set_viewport_size({"width": WIDTHS[0], "height": 1000})


def quiz(page: Page, lab: Lab) -> Locator:
    """Picture the first questions of lesson 01, before and after an answer; return an answered one."""
    lab.open(page, "notebooks/01-precision-and-recall.ipynb")
    lab.run_all(page)
    shown = page.locator(".lk-quiz").first
    shoot_states(page, lab, shown, "question-open")
    question = shown.locator(".lk-question").first
    question.locator(".lk-choices label").nth(1).click()
    question.get_by_role("button", name="Check").first.click()
    question.locator(".lk-summary").wait_for()
    shoot_states(page, lab, shown, "question-answered")
    shoot_states(page, lab, page.locator(".lk-quiz").last, "quiz")
    return shown


def widget(page: Page, lab: Lab, lesson: str, selector: str, name: str) -> None:
    """Picture a widget of a lesson."""
    lab.open(page, f"notebooks/{lesson}.ipynb")
    lab.run_all(page)
    shoot_states(page, lab, page.locator(selector).first, name)


def exam(page: Page, lab: Lab) -> None:
    """Picture the pre-test before it is handed in."""
    lab.open(page, "notebooks/00-start-here.ipynb")
    lab.run_all(page)
    shoot_states(page, lab, page.locator(".lk-quiz").last, "exam")


def main(arguments: list[str] | None = None) -> int:
    """Write all pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description="Take pictures.")
    parser.add_argument("--readme", action="store_true", help="renew the picture of the README too")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as home, serve(Path(home)) as lab, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": WIDTHS[0], "height": 1000}, device_scale_factor=2)
        answered = quiz(page, lab)
        if options.readme:
            README_PICTURE.parent.mkdir(exist_ok=True)
            resize(page, answered, 1100)
            shoot(answered.locator(".lk-question"), README_PICTURE)
        widget(page, lab, "02-decision-thresholds", ".lk-explorer", "explorer")
        widget(page, lab, "03-precision-recall-curves", ".lk-sketch", "sketch")
        exam(page, lab)
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
