"""What the core of lessonkit does without, and what to run where it is needed.

The core brings no TensorFlow: pip would lay `tensorflow-cpu` over another build of it, and break both.
"""

from __future__ import annotations

from importlib.util import find_spec

NO_KERAS = (
    'This needs Keras and TensorFlow. Run  %pip install "lessonkit[cpu]"  in a cell of its own, '
    'or  pip install "lessonkit[cpu]"  in a terminal.'
)

NO_LAB = 'JupyterLab is not installed. Run  pip install "lessonkit[lab,cpu]"  (cpu is for TensorFlow).'


def lacks_lab() -> bool:
    """Say whether what `lessonkit lab` starts is missing."""
    return not (find_spec("jupyterlab") and find_spec("zmq"))


def lacks_keras(error: BaseException) -> bool:
    """Say whether an error comes from an environment without Keras, or without the TensorFlow below it."""
    return isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in {
        "keras",
        "tensorflow",
    }


def need_keras() -> None:
    """Say in one sentence what to run where Keras is missing; else do nothing.

    Raises
    ------
    ModuleNotFoundError
        If Keras or TensorFlow is not installed. A notebook shows the sentence without a traceback.
    """
    try:
        import keras  # type: ignore[import-untyped]  # noqa: F401
    except ModuleNotFoundError as error:
        if not lacks_keras(error):
            raise
        told = ModuleNotFoundError(NO_KERAS, name=error.name)
        told._render_traceback_ = lambda: [NO_KERAS]  # type: ignore[attr-defined]  # IPython's hook
        raise told from None
