"""Serving the sandbox platform over HTTP on loopback."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn

from desk_app.sandbox.platform.app import application
from desk_app.sandbox.platform.database import Database
from desk_app.sandbox.platform.planting import plant
from desk_app.sandbox.platform.platform import Platform
from desk_app.sandbox.platform.signatures import Terminal

CHINA = timezone(timedelta(hours=8))
"""The platform's zone: its days are China's days."""


def serve(port: int, terminal: str, secret: str, folder: Path, host: str = "127.0.0.1") -> int:
    """Serve one terminal until ended, on a loopback address (port 0: any free one); gives the exit status.

    Says `listening on URL` once requests are taken. What was answered is kept in `folder`."""
    if not ip_address(host).is_loopback:
        return _refuse(f"{host} is not a loopback address; the sandbox serves this machine only")
    try:
        listener = listen(host, port)
    except OSError as error:
        return _refuse(f"port {port} of {host} cannot be had: {os.strerror(error.errno or 0)}")
    with closing(listener), closing(Database(folder)) as database:
        served = configured(listener, database, Terminal(terminal, secret))
        with suppress(KeyboardInterrupt):
            _Announced(served, url_of(listener)).run([listener])
    return 0


class _Announced(uvicorn.Server):
    """A server that says where it is once it takes requests, and signals end it politely."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"sandbox platform listening on {self._url}", flush=True)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket: requests that come before the server runs wait in it. Raises OSError."""
    family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=128)
    # Connections inherit it. asyncio does not set it on sockets made like this one, and an answer in two
    # segments would wait 40 ms for the acknowledgement of its first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """`http://address:port`"""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def configured(
    listener: socket.socket,
    database: Database,
    terminal: Terminal,
    now: Callable[[], datetime] = lambda: datetime.now(CHINA),
    **tls: Any,
) -> uvicorn.Config:
    """What uvicorn needs to serve the platform on `listener`, over a store that is filled if it is new;
    `tls` are uvicorn's `ssl_` settings."""
    with database.transaction() as db:
        plant(db)
    platform = Platform(database, terminal, now, url_of(listener))
    # Addresses hold identification codes: no access log.
    return uvicorn.Config(
        application(platform),
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        **tls,
    )


def _refuse(why: str) -> int:
    print(f"sandbox platform: {why}", file=sys.stderr)
    return 1
