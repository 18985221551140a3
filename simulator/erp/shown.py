"""Keeps how documents look on the wire: one is shown far more often than it changes, and is replaced if it does."""

from collections.abc import Callable
from typing import Any

import msgspec

from simulator.erp.document import Document

MOST = 5_000
"""Documents whose look is kept; the one made first goes first."""


class Shown:
    """The bytes of documents, each as long as it is the same."""

    def __init__(self, show: Callable[[Document], Any]) -> None:
        """Make what is kept with *show*, which says what a document looks like."""
        self._show = show
        self._kept: dict[str, tuple[Document, msgspec.Raw]] = {}

    def __call__(self, document: Document) -> msgspec.Raw:
        """Return *document* as JSON, to be put into an answer as it is."""
        kept = self._kept.get(document.id)
        if kept is not None and kept[0] is document:
            return kept[1]
        raw = msgspec.Raw(msgspec.json.encode(self._show(document)))
        self._kept.pop(document.id, None)
        self._kept[document.id] = (document, raw)
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return raw
