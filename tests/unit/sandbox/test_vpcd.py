"""The virtual slot where there is no virtual reader."""

import socket

import pytest

from desk_app.sandbox import catalogue
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.vpcd import VirtualReaderMissing, VirtualSlot


def test_no_reader_no_card(loopback_port: int) -> None:
    with pytest.raises(VirtualReaderMissing):
        VirtualSlot(loopback_port).insert(catalogue.card(Variant.GOOD))


def test_a_self_connection_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, a socket may be given the very port it asks for, and reach itself."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.connect(line.getsockname())
        monkeypatch.setattr(socket, "create_connection", lambda *_args, **_options: line)
        with pytest.raises(VirtualReaderMissing):
            VirtualSlot(line.getsockname()[1]).insert(catalogue.card(Variant.GOOD))
