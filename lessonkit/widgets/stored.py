"""What a widget leaves in a stored notebook: a body for readers without a kernel."""

from __future__ import annotations

from typing import Any

from anywidget import AnyWidget


class StoredWidget(AnyWidget):
    """A widget that is also shown where no kernel runs."""

    def _still(self) -> tuple[str, str]:
        """Return what a stored notebook shows, as HTML and as text: always the same for the same cell."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:  # noqa: ANN401
        """Return the widget view and, for readers without a kernel, what they see and read."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        html, text = self._still()
        return {**data, "text/html": html, "text/plain": text}, metadata
