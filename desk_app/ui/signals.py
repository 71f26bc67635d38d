"""Signals that end a program (Ctrl+C, a log-out, a shutdown): the window closes as it does by hand.

While Qt waits no Python runs, and a KeyboardInterrupt would hit whichever callback comes next. So a signal
only writes its number into a pipe, and Qt is told of that.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def closed_by_signals(close: Callable[[], None]) -> Iterator[list[int]]:
    """Have `close` called, inside Qt's loop, when the program is to end; gives the signals that came."""
    came: list[int] = []
    told, tell = socket.socketpair()
    told.setblocking(False)
    tell.setblocking(False)
    notifier = QSocketNotifier(told.fileno(), QSocketNotifier.Type.Read)

    def on_signal() -> None:
        came.extend(told.recv(64))
        close()

    notifier.activated.connect(on_signal)
    before = {number: signal.signal(number, _noted) for number in _ENDINGS}
    wakeup = signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
    try:
        yield came
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        told.close()
        tell.close()


def _noted(_number: int, _frame: object) -> None:
    """Python has written the signal's number to the wakeup file already."""
