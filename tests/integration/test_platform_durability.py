"""What the sandbox platform has answered survives being killed, and starting it tells what is wrong."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest

from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import Consent, ECard
from desk_app.domain.errors import PlatformUnreachable
from desk_app.domain.outbox import IssueECard, ReportCard
from desk_app.gateway.client import PlatformClient
from desk_app.gateway.transport import Patience
from desk_app.sandbox.platform.database import FILE
from tests.fixtures import ENDS_WITH_PARENT
from tests.fixtures.cards import consent_for, new_card, reported
from tests.fixtures.platform import SECRET, TERMINAL, Probe, expect

SERVE = """
import os, pathlib, sys
from desk_app.sandbox.platform.server import serve
folder = pathlib.Path(os.environ["FOLDER"])
host = os.environ.get("HOST", "127.0.0.1")
sys.exit(serve(int(os.environ["PORT"]), os.environ["TERMINAL"], os.environ["SECRET"], folder, host))
"""

Start = Callable[..., subprocess.Popen[str]]

ONCE = Patience(connect=1, answer=3, attempts=1)


@pytest.fixture
def start(tmp_path: Path, loopback_port: int) -> Iterator[Start]:
    """Start the platform as a process of its own; always with the same store and port."""
    running: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> subprocess.Popen[str]:
        settings = {"PORT": str(loopback_port), "TERMINAL": TERMINAL, "SECRET": SECRET}
        process = subprocess.Popen(
            [*ENDS_WITH_PARENT, sys.executable, "-c", SERVE],
            env={**os.environ, "FOLDER": str(tmp_path / "platform"), **settings, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def listening(process: subprocess.Popen[str]) -> str:
    """Wait for the line that says that it listens, and give the address in it."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "listening on" in line, process.communicate()
    return line.split()[-1]


@dataclass(frozen=True)
class Binding:
    """One card to bind, and the key under which that is asked for every time."""

    card: RegisteredCard = field(default_factory=new_card)
    key: UUID = field(default_factory=uuid4)

    @cached_property
    def consent(self) -> Consent:
        return consent_for(self.card)

    def ask(self, url: str) -> ECard | None:
        """Report and bind the card; None when no answer came."""
        client = PlatformClient(url, TERMINAL, SECRET, patience=ONCE)
        try:
            client.deliver(client.freeze(ReportCard(self.card)), uuid4())
            e_card = client.deliver(client.freeze(IssueECard(self.card, self.consent)), self.key)
            assert isinstance(e_card, ECard)
            return e_card
        except PlatformUnreachable:
            return None
        finally:
            client.close()


def test_what_was_acknowledged_before_a_kill_is_there_after_it(start: Start) -> None:
    process = start()
    url = listening(process)
    bindings = [Binding() for _ in range(120)]
    enough = Event()
    acknowledged: dict[UUID, ECard] = {}

    def bind(binding: Binding) -> None:
        if (e_card := binding.ask(url)) is not None:
            acknowledged[binding.key] = e_card
        if len(acknowledged) >= 20:
            enough.set()

    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.submit(bind, binding) for binding in bindings]
        assert enough.wait(60)
        process.send_signal(signal.SIGKILL)
        for one in rounds:
            one.result()
    process.wait()
    assert 20 <= len(acknowledged) < len(bindings), "the kill came too late to prove anything"

    assert listening(start()) == url
    client = PlatformClient(url, TERMINAL, SECRET)
    for binding in bindings:
        code = binding.card.identification_code
        found = client.find_e_cards(identification_code=code)
        if binding.key in acknowledged:
            assert found == (acknowledged[binding.key],)
        # Whether it was acknowledged or not: the same key ends in the one e-card.
        again = binding.ask(url)
        assert again is not None
        assert found in ((), (again,))
        assert client.find_e_cards(identification_code=code) == (again,)
    client.close()


def test_a_nonce_stays_used_over_a_kill(start: Start) -> None:
    process = start()
    probe = Probe(listening(process))
    signed = probe.signature("GET", "/v1/health")
    expect(probe.ask("GET", "/v1/health", headers={**signed}), 200)
    process.kill()
    process.wait()
    listening(start())
    expect(probe.ask("GET", "/v1/health", headers={**signed}), 401, "nonce_reused")
    probe.http.close()


def test_a_client_that_stays_open_finds_the_platform_again(start: Start) -> None:
    process = start()
    client = PlatformClient(listening(process), TERMINAL, SECRET)
    client.health()
    process.kill()
    process.wait()
    with pytest.raises(PlatformUnreachable):
        client.health()
    listening(start())
    client.health()
    client.close()


@pytest.mark.parametrize("politely", [signal.SIGINT, signal.SIGTERM])
def test_ended_politely_it_ends_politely(start: Start, politely: signal.Signals) -> None:
    process = start()
    listening(process)
    process.send_signal(politely)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode in (0, -politely)


def test_a_port_that_is_taken_is_told(start: Start) -> None:
    listening(start())
    second = start()
    out, err = second.communicate(timeout=20)
    assert (second.returncode, out) == (1, "")
    assert "cannot be had: Address already in use" in err
    assert "Traceback" not in err


def test_it_serves_this_machine_only(start: Start) -> None:
    process = start(HOST="0.0.0.0")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "not a loopback address" in err


def test_its_store_is_for_its_owner_only(start: Start, tmp_path: Path) -> None:
    listening(start())
    assert (tmp_path / "platform").stat().st_mode & 0o777 == 0o700
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "platform").iterdir()}
    assert modes == {0o600}


def test_it_says_nothing_of_anybody(start: Start) -> None:
    process = start()
    assert Binding().ask(listening(process)) is not None
    process.terminate()
    assert process.communicate(timeout=10) == ("", "")


def test_a_store_that_somebody_holds_is_said_to_be_busy_and_keeps_nothing(
    start: Start, tmp_path: Path
) -> None:
    probe = Probe(listening(start()))
    card = new_card()
    path = f"/v1/cards/{card.identification_code}"
    with closing(sqlite3.connect(tmp_path / "platform" / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = expect(probe.ask("PUT", path, reported(card)), 503, "unavailable")
    assert refused["retryable"] is True
    expect(probe.ask("GET", path), 404, "unknown_card")
    probe.http.close()
