"""Take pictures of what learners see, for a look with one's own eyes and for the README.

``python -m tools.screenshots`` opens the lessons in JupyterLab, runs them, and writes pictures to
``screenshots/`` (git ignores it): each widget in light, dark and gray, wide and narrow, before and after use.
``--readme`` renews only what is in the repository: the README's picture, ``docs/lesson-light.png`` and
``docs/lesson-dark.png``, and the class in INSTRUCTORS.md, ``docs/class-*.png``.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import nbformat
from playwright.sync_api import sync_playwright

from lessonkit.exercises import course_exercises
from lessonkit.publishing.chromium import launch
from lessonkit.questions import SingleQuestion, load_quiz
from lessonkit.questions.content import content_hash
from lessonkit.record import Event, Recorder
from lessonkit.record.calibration import CONFIDENCES
from tools import class_pictures
from tools.browser import REPOSITORY, Lab, serve

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FOLDER = REPOSITORY / "screenshots"
README_PICTURE = REPOSITORY / "docs" / "lesson-{theme}.png"
THEMES = ("light", "dark")
WIDTHS = (1400, 800)
NARROW = 320  # pixels, for the widgets alone: JupyterLab itself needs more
TRACE_NAMES = ("pipeline", "training", "prediction", "pipeline-large", "training-large", "prediction-large")
TRACES = """
import lessonkit as lk
import keras
import numpy as np
from sklearn.preprocessing import StandardScaler

def run(features, depth, epochs):
    rows = np.random.default_rng(7).normal(size=(500, features))
    labels = (rows[:, 0] > 0.5).astype(int)
    trace = lk.trace.PipelineTrace(f"{features:,} features, {depth} layers")
    trace.data(rows, labels)
    scaled = trace.watch(StandardScaler(), "scale").fit_transform(rows)
    trace.split(scaled[:400], scaled[400:])
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(8, activation="relu", name=f"hidden_{place}") for place in range(depth - 1)]
    model = keras.Sequential([keras.Input((features,)), *hidden, keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    held = (scaled[400:], labels[400:])
    training = lk.trace.TrainingTrace(*held)
    model = trace.watch(model, "model")
    options = {"epochs": epochs, "verbose": 0, "validation_data": held, "callbacks": [training]}
    model.fit(scaled[:400], labels[:400], **options)
    scores = model.predict(scaled[400:], verbose=0)[:, 0]
    trace.step("curve", scores, lk.ThresholdSweep(labels[400:], scores), does="Count at every threshold.")
    for place in range(depth - 3):
        trace.watch(np.tanh, f"more {place}")(scaled)
    return trace, training, lk.trace.prediction_trace(model, scaled[400])

small, large = run(10, 3, 5), run(10_000, 30, 40)
# ---
small[0]
# ---
small[1]
# ---
small[2]
# ---
large[0]
# ---
large[1]
# ---
large[2]
"""
INBOX = """
import lessonkit as lk
inbox = lk.datasets.load_inbox()
lk.strip(inbox.y_true, inbox.scores, inbox.subjects)
# ---
lk.squares(inbox.y_true, inbox.scores >= 0.5, subjects=inbox.subjects)
"""


PARTS = """
import lessonkit as lk

email = lk.datasets.load_email_scores()
labels = ("spam", "normal emails")
# ---
lk.explore(email.y_true, email.scores, labels=labels, curves=False)
# ---
thresholds = [0.25, 0.5, 0.75]
counts = [lk.ThresholdSweep(email.y_true, email.scores).at(threshold) for threshold in thresholds]
columns = {
    "kind of filter": ["eager", "as delivered", "strict"],
    "threshold": thresholds,
    "flagged": [count.predicted_positive for count in counts],
    "normal emails let through": [count.true_negatives for count in counts],
    "precision": [count.precision for count in counts],
    "beside last year": [0.125, None, -0.0625],
}
lk.table(columns, caption="Three thresholds of one filter", decimals={"precision": 3})
"""


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


def run(page: Page, lab: Lab, name: str) -> None:
    """Open a notebook and run all of it, drawn as a whole: JupyterLab draws only the cells in view."""
    lab.open(page, f"notebooks/{name}.ipynb")
    page.evaluate(
        "() => { window.jupyterapp.shell.currentWidget.content.notebookConfig = "
        "{ ...window.jupyterapp.shell.currentWidget.content.notebookConfig, windowingMode: 'none' }; }"
    )
    lab.run_all(page)


def quiz(page: Page, lab: Lab) -> None:
    """Picture the first questions of lesson 01, before and after an answer."""
    run(page, lab, "01-precision-and-recall")
    shown = page.locator(".lk-quiz").first
    shoot_states(page, lab, shown, "question-open")
    question = shown.locator(".lk-question").first
    question.locator(".lk-choices label").nth(1).click()
    question.get_by_role("button", name="Check").first.click()
    question.locator(".lk-summary").wait_for()
    shoot_states(page, lab, shown, "question-answered")
    shoot_states(page, lab, page.locator(".lk-quiz").last, "quiz")


def widget(page: Page, lab: Lab, lesson: str, selector: str, name: str) -> None:
    """Picture a widget of a lesson."""
    run(page, lab, lesson)
    shoot_states(page, lab, page.locator(selector).first, name)


def exam(page: Page, lab: Lab) -> None:
    """Picture the pre-test before it is handed in."""
    run(page, lab, "00-start-here")
    shoot_states(page, lab, page.locator(".lk-quiz").last, "exam")


def run_cells(page: Page, lab: Lab, name: str, source: str) -> None:
    """Make a notebook of cells that are parted by ``# ---``, and run it."""
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    notebook.cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in source.split("# ---\n")]
    nbformat.write(notebook, lab.folder / "notebooks" / f"{name}.ipynb")
    run(page, lab, name)


def parts(page: Page, lab: Lab) -> None:
    """Picture the explorer without curves, in both scales, and a table."""
    run_cells(page, lab, "parts", PARTS)
    explorer = page.locator(".lk-explorer")
    shoot_states(page, lab, explorer, "explorer-parts")
    explorer.get_by_role("checkbox", name="Same scale").check()
    shoot_states(page, lab, explorer, "explorer-same-scale")
    shoot_states(page, lab, page.locator(".jp-OutputArea-output:has(> table)"), "table")


def traces(page: Page, lab: Lab) -> None:
    """Picture the traces of a small and of a large model, and of a pipeline that leaks."""
    run_cells(page, lab, "traces", TRACES)
    shown = page.locator(".lk-trace[aria-label]:has(ol, table)")
    for place, name in enumerate(TRACE_NAMES):
        shoot_states(page, lab, shown.nth(place), f"trace-{name}")


def inbox(page: Page, lab: Lab) -> None:
    """Picture the strip, moved, and the squares, unfolded."""
    run_cells(page, lab, "inbox", INBOX)
    shown = page.locator(".lk-strip")
    for key in ("End", *["ArrowLeft"] * 9):
        shown.get_by_role("slider").press(key)
    shoot_states(page, lab, shown, "strip")
    output = page.locator(".jp-OutputArea-output:has(details)")
    output.locator("summary").click()
    shoot_states(page, lab, output, "squares")


def remember(store: str) -> None:
    """Put what a learner did a week ago into a record: answers, a third of them wrong, and exercises."""
    recorder = Recorder(store)
    time = datetime.now(UTC) - timedelta(days=7)
    for lesson in ("01-precision-and-recall", "02-decision-thresholds", "03-precision-recall-curves"):
        for number, question in enumerate(load_quiz(REPOSITORY / "quizzes" / f"{lesson}.yaml").questions):
            if not isinstance(question, SingleQuestion) or question.predict:
                continue
            right = number % 3 > 0
            chosen = next(choice.id for choice in question.choices if choice.correct is right)
            event = Event(
                type="answer",
                lesson=lesson,
                question=question.id,
                content=content_hash(question),
                attempt=1,
                answer=(chosen,),
                correct=right,
                credit=float(right),
                confidence=CONFIDENCES[number % 4 % 3],
                seconds=40.0,
                time=time + timedelta(minutes=number),
            )
            recorder.record(event)
    for name, exercise in [*course_exercises().items()][:6]:
        recorder.record(Event(type="check", lesson=exercise.lesson, question=name, correct=True, time=time))


def board(page: Page, lab: Lab) -> None:
    """Picture the progress board of a learner, and what is due above a closing quiz."""
    remember(f"sqlite:///{(lab.folder.parent / 'record.db').as_posix()}")
    widget(page, lab, "00-start-here", ".lk-board", "board")
    run(page, lab, "06-roc-and-pr")
    page.locator(".lk-earlier:visible button").first.click()
    page.locator(".lk-earlier .lk-question").first.wait_for()
    shoot_states(page, lab, page.locator(".lk-quiz:has(.lk-earlier:visible)").last, "review")


def readme(page: Page, lab: Lab) -> None:
    """Picture lesson 02 as a learner sees it, in both themes: all of JupyterLab, at the explorer."""
    page.set_viewport_size({"width": 1280, "height": 860})
    lab.open(page, "notebooks/02-decision-thresholds.ipynb")
    lab.run_all(page)
    explorer = page.locator(".lk-explorer").first
    explorer.get_by_role("slider").first.fill("0.2")
    for theme in THEMES:
        lab.set_theme(page, theme)
        explorer.evaluate("element => element.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(600)  # the theme's colors fade in
        page.screenshot(path=str(README_PICTURE).format(theme=theme), animations="disabled")


def main(arguments: list[str] | None = None) -> int:
    """Write all pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description="Take pictures.")
    parser.add_argument("--readme", action="store_true", help="renew the pictures of README and guide only")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as home, serve(Path(home)) as lab, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": WIDTHS[0], "height": 1000}, device_scale_factor=2)
        page.set_default_timeout(120_000)  # a busy machine takes its time for a lesson
        if options.readme:
            readme(page, lab)
            class_pictures.guide(browser)
            browser.close()
            return 0
        quiz(page, lab)
        widget(page, lab, "02-decision-thresholds", ".lk-explorer", "explorer")
        widget(page, lab, "03-precision-recall-curves", ".lk-sketch", "sketch")
        parts(page, lab)
        inbox(page, lab)
        exam(page, lab)
        traces(page, lab)
        board(page, lab)
        for theme in THEMES:
            class_pictures.walk(browser, FOLDER, theme)
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
