"""What a result code of the smart-card service means to the counter."""

from pathlib import Path

import pytest
from smartcard import scard

from desk_app.domain.errors import (
    CardRemoved,
    CardTimeout,
    MuteCard,
    NoCard,
    ReaderLost,
    ServiceUnavailable,
)
from desk_app.reader.pcsc import CardFault, CardReset, HeldExclusively, check
from desk_app.reader.programs import card_programs


@pytest.mark.parametrize(
    ("result", "meaning"),
    [
        (scard.SCARD_E_NO_SERVICE, ServiceUnavailable),
        (scard.SCARD_E_SERVICE_STOPPED, ServiceUnavailable),
        (scard.SCARD_F_COMM_ERROR, ServiceUnavailable),
        (scard.SCARD_E_INVALID_HANDLE, ServiceUnavailable),
        (scard.SCARD_W_SECURITY_VIOLATION, ServiceUnavailable),
        (scard.SCARD_E_NO_SMARTCARD, NoCard),
        (scard.SCARD_W_REMOVED_CARD, CardRemoved),
        (scard.SCARD_W_UNRESPONSIVE_CARD, MuteCard),
        (scard.SCARD_W_UNPOWERED_CARD, MuteCard),
        (scard.SCARD_E_READER_UNAVAILABLE, ReaderLost),
        (scard.SCARD_E_UNKNOWN_READER, ReaderLost),
        (scard.SCARD_E_TIMEOUT, CardTimeout),
        (scard.SCARD_W_RESET_CARD, CardReset),
        (scard.SCARD_E_NOT_TRANSACTED, CardFault),
        (scard.SCARD_E_PROTO_MISMATCH, CardFault),
        (scard.SCARD_E_SHARING_VIOLATION, HeldExclusively),
    ],
)
def test_every_code_has_a_meaning(result: int, meaning: type[Exception]) -> None:
    with pytest.raises(meaning):
        check(result)


def test_success_means_nothing_more() -> None:
    check(scard.SCARD_S_SUCCESS)


def process(proc: Path, number: str, name: str, maps: str) -> None:
    (proc / number).mkdir()
    (proc / number / "comm").write_text(f"{name}\n")
    (proc / number / "maps").write_text(maps)


def test_programs_with_the_services_client_library_are_named_once(tmp_path: Path) -> None:
    library = "7f00-7f01 r-xp 00000000 08:01 7 /usr/lib/x86_64-linux-gnu/libpcsclite.so.1.0.0\n"
    process(tmp_path, "999001", "firefox", library)
    process(tmp_path, "999002", "bank-token", library)
    process(tmp_path, "999003", "firefox", library)
    process(tmp_path, "999004", "editor", "7f00-7f01 r-xp 00000000 08:01 7 /usr/lib/libc.so.6\n")
    (tmp_path / "999005").mkdir()  # has just ended
    (tmp_path / "self").mkdir()
    assert card_programs(tmp_path) == ("bank-token", "firefox")


def test_where_processes_cannot_be_seen_nobody_is_named(tmp_path: Path) -> None:
    assert card_programs(tmp_path / "absent") == ()


def test_waiting_for_another_program_does_not_fill_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    for result in (scard.SCARD_E_SHARING_VIOLATION, scard.SCARD_W_REMOVED_CARD):
        with pytest.raises((HeldExclusively, CardRemoved)):
            check(result)

    assert [record.getMessage()[-10:] for record in caplog.records] == ["0x80100069"]
