"""`desk-app run`: open the counter; without a display, play its main job and leave pictures of it."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.commands import sandbox, terminal
from desk_app.domain.errors import CardError, InvalidInput
from desk_app.domain.signature import SigningCertificate
from desk_app.services.lanes import LaneName
from desk_app.settings import Settings
from desk_app.ui.words import say

if TYPE_CHECKING:
    from desk_app.app import Counter
    from desk_app.ui.application import Outside
    from desk_app.ui.settings import WindowSettings

logger = logging.getLogger(__name__)

DEMONSTRATION = Path("build/run")
"""Where the demonstration leaves its pictures and its statement, below the current folder."""

DEMONSTRATED = "not_activated"
"""The card that the demonstration inserts: one that still has everything before it."""

_START_LIMIT = 15.0
_LOOPBACK = "127.0.0.1"


def run(arguments: argparse.Namespace) -> int:
    """Open the counter with everything it needs on this machine."""
    settings, home = terminal.prepared(arguments)
    folder = arguments.demonstration
    if folder is None and not _has_display():
        print(say("cli.no_display", folder=DEMONSTRATION))
        folder = DEMONSTRATION
    if folder is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        arguments.card = None  # the demonstration puts its own card in
    from desk_app.ui.settings import WindowSettings

    hall = settings.hall
    window = WindowSettings(
        hall.name,
        hall.window,
        hall.region,
        arguments.language,
        home / "window.conf",
        hall.idle_minutes,
    )
    with ExitStack() as stack:
        compose = partial(_compose, stack, settings, home, arguments)
        if folder is not None:
            return _demonstrate(compose, window, folder)
        if settings.platform.is_sandbox:
            _tell_demo_operator()
        from desk_app.ui.application import run_window

        return run_window(compose, window)


def _compose(
    stack: ExitStack, settings: Settings, home: Path, arguments: argparse.Namespace
) -> Outside:
    """Everything outside the window; `stack` closes it after the window has gone."""
    from desk_app import app
    from desk_app.ui.application import Outside

    hands = None
    if settings.platform.is_sandbox:
        from desk_app.sandbox.panel import VirtualHands

        stack.enter_context(_sandbox_platform(settings, arguments))
        hands = VirtualHands(home / sandbox.PLATFORM_FOLDER)
        stack.callback(hands.close)
    counter = stack.enter_context(app.opened(settings, home))
    if settings.platform.is_sandbox and not settings.database.url:
        from desk_app.seeding import seed

        counter.lanes[LaneName.STORE].submit(seed, counter.store, hall=settings.hall.name)
    if settings.signature.is_set_up:
        counter.lanes.submit(counter.services.signatures.certificate).add_done_callback(_warn)
    if hands is not None and arguments.card and _only_virtual_readers(counter):
        hands.insert(_variant(arguments.card))
    return Outside(counter.services, counter.lanes, counter.monitor(), hands, counter.queue_watch())


def _warn(looked_at: Future[SigningCertificate | None]) -> None:
    """Say in the log what stands, or will soon stand, against signing."""
    if looked_at.cancelled():
        return
    error, now = looked_at.exception(), datetime.now().astimezone()
    if error is not None:
        logger.warning("documents cannot be signed: %s", error)
    elif certificate := looked_at.result():
        if problem := certificate.problem(now):
            logger.warning("documents cannot be signed: certificate_unfit, %s", problem)
        elif certificate.is_ending(now):
            logger.warning("the signing certificate ends on %s", f"{certificate.valid_until:%F}")


def _variant(name: str) -> str:
    from desk_app.sandbox.catalogue import Variant

    try:
        return Variant(name)
    except ValueError as error:
        raise InvalidInput("card", "not_valid") from error


def _only_virtual_readers(counter: Counter) -> bool:
    try:
        names = counter.lanes[LaneName.CARD].call(counter.reader.readers)
    except CardError:
        return False
    return bool(names) and all(name.startswith("Virtual PCD") for name in names)


def _tell_demo_operator() -> None:
    from desk_app.sandbox.seed import register_seed

    demo = register_seed().operators()[0]
    print(say("cli.demo_operator", number=demo.operator.number, password=demo.password), flush=True)


def _demonstrate(compose: Callable[[], Outside], window: WindowSettings, folder: Path) -> int:
    from desk_app.sandbox.panel import VirtualHands
    from desk_app.sandbox.seed import register_seed
    from desk_app.ui.demonstration import Props, demonstrate

    clerk = register_seed().operators()[0]
    hands = VirtualHands()
    props = Props(
        clerk.operator.number,
        clerk.password,
        partial(hands.insert, DEMONSTRATED),
        hands.remove,
    )
    try:
        return demonstrate(compose, window, props, folder)
    finally:
        hands.close()


def _has_display() -> bool:
    """Whether Qt can open a window somewhere."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _sandbox_platform(settings: Settings, arguments: argparse.Namespace) -> Iterator[None]:
    """Keep the sandbox platform running meanwhile, when it is the one to work with and none is there."""
    at = settings.platform
    if not at.is_sandbox or _answers(at.port):
        yield
        return
    command = [sys.executable, "-m", "desk_app"]
    if arguments.config is not None:
        command += ["--config", str(arguments.config)]
    with subprocess.Popen(
        [*command, "sandbox", "platform", "--attached"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            end = time.monotonic() + _START_LIMIT
            while not _answers(at.port) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((_LOOPBACK, port)) == 0
