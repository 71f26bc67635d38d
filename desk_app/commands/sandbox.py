"""`desk-app sandbox`: what stands in for the outside world, each as a process of its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from threading import Thread

from desk_app.commands import terminal

PLATFORM_FOLDER = "sandbox-platform"
"""Where the sandbox platform keeps its store, below the home folder."""


def card(arguments: argparse.Namespace) -> int:
    """Plug an emulated card into a slot of the virtual reader and answer until ended."""
    from desk_app.sandbox.commands import plug

    _, home = terminal.prepared(arguments)
    return plug(arguments.variant, arguments.slot, home / PLATFORM_FOLDER)


def platform(arguments: argparse.Namespace) -> int:
    """Serve the sandbox platform for the terminal of the settings until ended."""
    from desk_app.sandbox.platform.server import serve

    if arguments.attached:
        Thread(target=_end_with_standard_input, daemon=True).start()
    settings, home = terminal.prepared(arguments)
    at = settings.platform
    port = arguments.port if arguments.port is not None else at.port
    return serve(port, at.terminal, at.secret, home / PLATFORM_FOLDER)


def _end_with_standard_input() -> None:
    """End politely when whoever started this process is gone, however it went."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
