"""From a card going in to its holder on the screen, beside the bare commands as soon as a card is there.

Both sides wait for pcscd to notice the card, which takes up to 0.4 s on a virtual reader and is most of the
figure; the note has what is left when the floor is taken away. Needs the smart-card service with an empty
first virtual slot.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from smartcard import scard

from benchmarks import Measure
from benchmarks.card_read import READER, bare_read
from desk_app.sandbox.catalogue import Variant, card
from desk_app.sandbox.vpcd import VirtualSlot

ROUNDS = 12


def measure() -> list[Measure]:
    """The window's side in a process of its own, then the bare side in this one."""
    with tempfile.TemporaryDirectory() as home:
        counter = subprocess.run(
            [sys.executable, "-m", "benchmarks.insertion"],
            env=os.environ | {"DESK_APP_HOME": home, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    ours = median(float(line) for line in counter.stdout.splitlines() if line[:1].isdigit())
    bare = median(_bare() for _ in range(ROUNDS))
    note = f"{ours - bare:.0f} ms beyond noticing the card and the bare commands"
    return [Measure("card in to holder shown", "ms", ours, bare, note)]


def _bare() -> float:
    """Milliseconds from plugging the card to the last answer of the bare commands."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    with VirtualSlot() as slot:
        begun = time.perf_counter()
        plugging = threading.Thread(target=slot.insert, args=(card(Variant.GOOD),))
        plugging.start()
        state = scard.SCARD_STATE_EMPTY
        while not state & scard.SCARD_STATE_PRESENT:
            _, states = scard.SCardGetStatusChange(context, 1000, [(READER, state)])
            state = states[0][1] & ~scard.SCARD_STATE_CHANGED
        bare_read()
        taken = (time.perf_counter() - begun) * 1000
        plugging.join()
    scard.SCardReleaseContext(context)
    time.sleep(0.6)  # until the service has noticed that it is gone
    return taken


def main() -> None:
    """The window's side: print the milliseconds of every round."""
    from desk_app import app
    from desk_app.paths import home
    from desk_app.sandbox.panel import VirtualHands
    from desk_app.seeding import seed
    from desk_app.settings import PlatformSettings, Settings
    from desk_app.ui.application import Outside, Start, make_application
    from desk_app.ui.scene import Stage
    from desk_app.ui.settings import WindowSettings
    from desk_app.ui.windows import Windows
    from tests.fixtures.platform import Clock, served

    with ExitStack() as stack:
        running = stack.enter_context(served(Path(home()) / "platform", Clock()))
        at = PlatformSettings(running.url, running.terminal, running.secret)
        counter = stack.enter_context(app.opened(Settings(platform=at), Path(home())))
        seed(counter.store)
        hands = VirtualHands()
        stack.callback(hands.close)
        application = make_application()
        windows = Windows(WindowSettings("示范社会保险服务大厅", "1", "310000"))
        outside = Outside(counter.services, counter.lanes, counter.monitor())
        start = Start(windows, lambda: outside)
        stack.callback(start.end)
        windows.operator.painted.connect(start.begin)
        windows.operator.show()

        def until(holds: Callable[[], bool]) -> None:
            while not holds():
                application.processEvents()
                time.sleep(0.0005)

        until(lambda: windows.session is not None)
        _sign_in(windows.operator)
        session = windows.session
        assert session is not None
        until(session.main.isVisible)
        stage = partial(lambda visit: visit.scene.stage, session.visit)
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            hands.insert(Variant.GOOD)
            until(lambda: stage() is Stage.SERVING)
            windows.operator.repaint()
            print((time.perf_counter() - begun) * 1000, flush=True)
            hands.remove()
            until(lambda: stage() is Stage.IDLE)
            time.sleep(0.6)


def _sign_in(window: object) -> None:
    from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

    assert isinstance(window, QWidget)
    for name, text in (("number", "1001"), ("password", "demo-clerk-1001")):
        field = window.findChild(QLineEdit, f"sign-in-{name}")
        assert isinstance(field, QLineEdit)
        field.setText(text)
    button = window.findChild(QPushButton, "sign-in-submit")
    assert isinstance(button, QPushButton)
    button.click()


if __name__ == "__main__":
    main()
