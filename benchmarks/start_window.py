"""From the start of the process to the first painted window, beside a bare PySide6 window.

Both are processes of their own under the same X server (Xvfb; `offscreen` where there is none), taken in
turns. The clock begins before the process is made and ends when the window has been painted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks import Measure

ROUNDS = 15

_TELL = """
def tell():
    import time
    now = time.monotonic()
    # Not `ru_maxrss`: that of whoever started this process would count.
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    print(now, peak, flush=True)
"""

BARE = (
    _TELL
    + """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.painted)
    def painted(self):
        tell()
        QApplication.quit()
application = QApplication(sys.argv)
window = Window()
window.resize(1366, 768)
window.show()
application.exec()
"""
)
"""The floor: an empty window of the same size."""

OURS = (
    _TELL
    + """
from desk_app.ui.application import make_application
from desk_app.ui.settings import WindowSettings
from desk_app.ui.windows import Windows
application = make_application()
windows = Windows(WindowSettings("示范社会保险服务大厅", "3", "310000"))
def painted():
    tell()
    application.quit()
windows.operator.painted.connect(painted)
windows.operator.show()
application.exec()
"""
)
"""The counter up to its first page, as `run_window` begins; everything else comes after the first paint."""


def measure() -> list[Measure]:
    """Time and memory at the first painted window."""
    with _display() as environment:
        for code in (BARE, OURS):
            _start(code, environment)  # once, so that files are in memory and modules compiled
        pairs = [(_start(OURS, environment), _start(BARE, environment)) for _ in range(ROUNDS)]
    platform = environment["QT_QPA_PLATFORM"]
    seconds = [median(one[side][0] for one in pairs) for side in (0, 1)]
    memory = [median(one[side][1] for one in pairs) for side in (0, 1)]
    return [
        Measure(
            "start to first painted window",
            "ms",
            seconds[0] * 1000,
            seconds[1] * 1000,
            f"on {platform} (aim: 1.3)",
        ),
        Measure(
            "memory at first painted window",
            "MB",
            memory[0] / 1024,
            memory[1] / 1024,
            "peak resident size (aim: 70 MB)",
        ),
    ]


def _start(code: str, environment: dict[str, str]) -> tuple[float, int]:
    """Seconds to the first painted window, and kilobytes that the process has then."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=60,
    )
    painted, kilobytes = done.stdout.split()
    return float(painted) - begun, int(kilobytes)


@contextmanager
def _display() -> Iterator[dict[str, str]]:
    """The environment of a process that opens a window."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    if shutil.which("Xvfb") is None:
        yield environment
        return
    reader, writer = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        "1920x1080x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        yield {**environment, "QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    for found in measure():
        print(f"{found.name}: {found.ours:.1f} {found.unit}, {found.ratio:.2f} × {found.note}")
