"""Adapters that come into being when they are first used, on the lane that uses them.

Importing a database layer or a PDF library takes longer than painting the window does: so the window is
painted first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Deferred:
    """Stands in for an adapter and makes it on the first access to one of its attributes. A failed making
    is tried again on the next access."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter(), name)

    def _adapter(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def close(self) -> None:
        """Close the adapter if it was ever made."""
        with self._lock:
            if self._made is not None:
                self._made.close()
                self._made = None
