"""Keeps the interpreter alive under PySide6 6.12 and Python 3.11.

The wheels of PySide6 6.12.0 are compiled against headers of Python 3.12 or later, where None, True and False
are immortal and are returned without a reference of their own. Under Python 3.11 every call of a Qt method
that returns nothing thus takes one reference to None away, and some ten thousand calls later the interpreter
aborts ("none_dealloc: deallocating None"). So the constants are given more references than a counter can use
up in its life.
"""

from __future__ import annotations

import sys

_MANY = 1 << 40
_IMMORTAL_SINCE = (3, 12)
_CONSTANTS = (None, True, False, NotImplemented, Ellipsis)


def keep_constants() -> None:
    """Make Python's constants immortal where the interpreter does not; harmless where nothing is wrong."""
    if sys.version_info >= _IMMORTAL_SINCE or sys.getrefcount(None) > _MANY // 2:
        return
    import ctypes

    for constant in _CONSTANTS:
        # The reference count is the first field of an object in CPython.
        ctypes.c_ssize_t.from_address(id(constant)).value += _MANY
