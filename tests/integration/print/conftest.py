"""What draws documents; and a real CUPS on the loopback address, with queues whose printer is a folder, and
one that prints by IPP."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from desk_app import paths
from desk_app.domain.printing import A4
from desk_app.print.documents import StatementDocuments
from desk_app.services.ports import Language
from tests.fixtures.print_service import (
    IppPrinter,
    PrivateCups,
    a_private_cups,
    an_ipp_printer,
    ask,
    end_jobs,
    wait_for,
)


@pytest.fixture(scope="module")
def documents() -> StatementDocuments:
    return StatementDocuments(paths.fonts())


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@dataclass(frozen=True)
class Queues:
    """Two queues, `window7` and `window8` (CUPS's default), that print into `tray`."""

    tray: Path

    def printed(self, job_id: str) -> Path:
        """The sheet that came out for a job."""
        return self.tray / f"{job_id.rpartition('-')[2]}.pdf"


@pytest.fixture(scope="session")
def cups() -> Iterator[PrivateCups]:
    """A private CUPS."""
    with a_private_cups() as server:
        yield server


@pytest.fixture
def queues(cups: PrivateCups, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    """The queues, empty and in order."""
    monkeypatch.setenv("CUPS_SERVER", cups.address)
    for queue in ("window7", "window8"):
        ask("lpadmin", "-p", queue, "-v", f"desk:{cups.tray}", "-E", "-m", "raw")
    ask("lpadmin", "-d", "window8")
    yield Queues(cups.tray)
    for path in cups.tray.iterdir():
        path.unlink()
    remove_queues("window7", "window8")


@pytest.fixture(scope="session")
def eve_printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IppPrinter]:
    """A real IPP printer."""
    with an_ipp_printer(tmp_path_factory.mktemp("printer")) as printer:
        yield printer


IPP_QUEUE = "七号窗口"


@pytest.fixture
def ipp_queue(
    cups: PrivateCups, eve_printer: IppPrinter, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The name of a queue, in Chinese, that sends PDF to the IPP printer without a driver."""
    monkeypatch.setenv("CUPS_SERVER", cups.address)
    ask("lpadmin", "-p", IPP_QUEUE, "-E", "-v", eve_printer.uri, "-m", "everywhere")
    uri = f"ipp://{cups.address}/printers/{quote(IPP_QUEUE)}"
    question = ("ipptool", "-tv", uri, "get-printer-attributes.test")
    wait_for(lambda: A4 in ask(*question, check=False), "the queue knows no paper")
    yield IPP_QUEUE
    eve_printer.relieve()
    remove_queues(IPP_QUEUE)


def remove_queues(*names: str) -> None:
    """Take queues away once nothing is at work in them."""
    end_jobs()
    for queue in names:
        ask("lpadmin", "-x", queue, check=False)
