"""What the core of lessonkit does without, and what to run where it is needed.

The core brings no TensorFlow: pip would lay `tensorflow-cpu` over another build of it, and break both.
"""

from __future__ import annotations

from importlib.util import find_spec

from lessonkit.i18n import gettext, noop

NO_KERAS = noop(
    'This needs Keras and TensorFlow. Run  %pip install "lessonkit[cpu]"  in a cell of its own, '
    'or  pip install "lessonkit[cpu]"  in a terminal.'
)

_TRAINS = ("keras", "tensorflow")

NO_LAB = noop('JupyterLab is not installed. Run  pip install "lessonkit[lab,cpu]"  (cpu is for TensorFlow).')
NO_RUN = 'What runs notebooks is not installed. Run  pip install "lessonkit[lab]"  in a terminal.'
NO_CLASS = 'Two packages for a class are missing. Run  pip install "lessonkit[class]"  in a terminal.'
NO_PREVIEW = 'Tornado is missing. Run  pip install "lessonkit[class]"  in a terminal.'
NO_SITE = 'What builds the site is not installed. Run  pip install "lessonkit[site]"  in a terminal.'
NO_HANDOUTS = 'What prints handouts is not installed. Run  pip install "lessonkit[handouts]"  in a terminal.'

#: What a command of `lessonkit` imports beyond the core, and what is said where that is missing.
_COMMANDS = {
    "lab": (("jupyterlab", "zmq"), NO_LAB),
    "run": (("ipykernel", "nbclient", "nbformat"), NO_RUN),
    "class": (("segno", "tornado"), NO_CLASS),
    "preview": (("tornado",), NO_PREVIEW),
    "site": (("furo", "myst_nb", "sphinx"), NO_SITE),
    "handouts": (("playwright",), NO_HANDOUTS),
}


def lacks(command: str) -> str:
    """Say what to run where a command of `lessonkit` lacks something; empty where it does not."""
    modules, told = _COMMANDS[command]
    return "" if all(map(find_spec, modules)) else gettext(told)


def lacks_keras(error: BaseException) -> bool:
    """Say whether an error comes from an environment without Keras, or without the TensorFlow below it."""
    return isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in _TRAINS


def need_keras() -> None:
    """Say in one sentence what to run where Keras is missing; else do nothing.

    Raises
    ------
    ModuleNotFoundError
        If Keras or TensorFlow is not installed. A notebook shows the sentence without a traceback.
    """
    # Looked for and not imported: that takes seconds, and a lesson has something to see before it trains.
    try:
        missing = next((name for name in _TRAINS if find_spec(name) is None), None)
    except ModuleNotFoundError as error:  # of whatever hides it
        missing = error.name
    if missing is None:
        return
    message = gettext(NO_KERAS)
    told = ModuleNotFoundError(message, name=missing)
    told._render_traceback_ = lambda: [message]  # type: ignore[attr-defined]  # IPython's hook
    raise told
