"""The emulated card: bytes of a command in, bytes of its answer out, as the card contract has it.

It answers at once; `T0` (behaviours.py) makes one that announces its answers. What the card forgets without
power is kept apart from what survives, the tries that are left.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from desk_app.domain.card import Algorithm
from desk_app.sandbox import crypto
from desk_app.sandbox.apdu import Command, Ins, Refused, Status, parse
from desk_app.sandbox.image import CardImage

AID = "sx1.sh.社会保障".encode("gbk")
"""Name of the social security application."""

EXTERNAL_TRIES = 6
"""Failed external authentications before key 0A locks."""

_RKSSSE = 0x0A
_SFI = {5: 0xEF05, 6: 0xEF06}
_ALGORITHM_CODES = {Algorithm.DES: 1, Algorithm.SSF33: 2, Algorithm.SM4: 3}


@dataclass
class _Session:
    """What the card forgets when it loses power or another application is selected."""

    selected: bool = False
    file: int | None = None
    opened: bool = False
    """External authentication with key 0A has succeeded."""
    challenge: bytes | None = None


class EmulatedCard:
    """One physical card. Not thread-safe: a card has one contact."""

    def __init__(self, image: CardImage, random: Callable[[int], bytes] = os.urandom) -> None:
        """`random` gives that many bytes, for challenges."""
        self._image = image
        self._random = random
        self._session = _Session()
        self._pin_tries = image.pin_tries
        self._external_tries = EXTERNAL_TRIES
        self._diversifier = image.historical[crypto.DIVERSIFIER]
        self._commands: dict[int, Callable[[Command, bytes | None], bytes]] = {
            Ins.SELECT: self._select,
            Ins.READ_RECORD: self._read_record,
            Ins.INTERNAL_AUTHENTICATE: self._internal_authenticate,
            Ins.GET_CHALLENGE: self._get_challenge,
            Ins.EXTERNAL_AUTHENTICATE: self._external_authenticate,
            Ins.VERIFY: self._verify,
        }

    @property
    def atr(self) -> bytes:
        """Answer to reset: T=0, thirteen historical bytes."""
        return bytes.fromhex("3B6D0000") + self._image.historical

    def reset(self) -> None:
        """Power up, or reset."""
        self._session = _Session()

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to one command: data and status word."""
        challenge, self._session.challenge = self._session.challenge, None
        try:
            command = parse(apdu)
            if command.cla != 0:
                raise Refused(Status.UNKNOWN_CLA)
            if command.ins not in self._commands:
                raise Refused(Status.UNKNOWN_INS)
            data = self._commands[command.ins](command, challenge)
        except Refused as refusal:
            return refusal.status.to_bytes(2)
        return data + Status.DONE.to_bytes(2)

    # --- files -------------------------------------------------------------------------------------------

    def _select(self, command: Command, _challenge: bytes | None) -> bytes:
        if (command.p1, command.p2) == (0x04, 0x00):
            return self._select_application(command.data)
        if command.p1 == 0x02 and command.p2 in (0x00, 0x0C):
            return self._select_file(command.data)
        raise Refused(Status.WRONG_P1_P2)

    def _select_application(self, name: bytes) -> bytes:
        if not name:
            raise Refused(Status.WRONG_LENGTH)
        if name != AID:
            raise Refused(Status.FILE_NOT_FOUND)
        self._session = _Session(selected=True)
        algorithm = self._image.algorithm
        proprietary = _tlv("88", b"\x1e")
        if algorithm is not None:
            proprietary += _tlv("9F0C", _tlv("86", bytes((_ALGORITHM_CODES[algorithm],))))
        return _tlv("6F", _tlv("84", AID) + _tlv("A5", proprietary))

    def _select_file(self, identifier: bytes) -> bytes:
        if len(identifier) != 2:
            raise Refused(Status.WRONG_LENGTH)
        file = int.from_bytes(identifier)
        if not self._session.selected or file not in _SFI.values():
            raise Refused(Status.FILE_NOT_FOUND)
        self._session.file = file
        return b""

    def _read_record(self, command: Command, _challenge: bytes | None) -> bytes:
        if command.data or command.le is None:
            raise Refused(Status.WRONG_LENGTH)
        data = self._records(command.p1, command.p2 & 7, self._file(command.p2 >> 3))
        if command.le not in (0, len(data)):
            raise Refused(Status.WRONG_LE | len(data))
        return data

    def _file(self, sfi: int) -> tuple[bytes, ...]:
        """The records of a file that may be read now; 0 means the one selected before."""
        if sfi and not (self._session.selected and sfi in _SFI):
            raise Refused(Status.FILE_NOT_FOUND)
        file = _SFI[sfi] if sfi else self._session.file
        if file is None:
            raise Refused(Status.NO_CURRENT_FILE)
        self._session.file = file
        if file == _SFI[5]:
            return self._image.ef05
        if self._image.ef06_guarded and not self._session.opened:
            raise Refused(Status.SECURITY_NOT_SATISFIED)
        return self._image.ef06

    def _records(self, p1: int, mode: int, records: tuple[bytes, ...]) -> bytes:
        if mode == 0:  # the first record with the identifier P1
            found = [record for record in records if record[0] == p1][:1]
        elif mode == 4:  # the record with the number P1
            found = list(records[p1 - 1 : p1]) if p1 else []
        elif mode == 5 and self._image.reads_ranges:  # all from the number P1 on
            found = list(records[p1 - 1 :]) if p1 else []
        else:
            raise Refused(Status.FUNCTION_NOT_SUPPORTED if mode == 5 else Status.WRONG_P1_P2)
        if not found:
            raise Refused(Status.RECORD_NOT_FOUND)
        return b"".join(found)

    # --- authentication ----------------------------------------------------------------------------------

    def _internal_authenticate(self, command: Command, _challenge: bytes | None) -> bytes:
        _expect(command, p2=0x00, length=16)
        self._require_keys()
        factor, random = command.data[:8], command.data[8:]
        master = self._image.internal_master
        return crypto.cryptogram(master, self._diversifier, factor, random)

    def _get_challenge(self, command: Command, _challenge: bytes | None) -> bytes:
        if command.p1 or command.p2:
            raise Refused(Status.WRONG_P1_P2)
        if command.data or command.le is None:
            raise Refused(Status.WRONG_LENGTH)
        if command.le != 8:
            raise Refused(Status.WRONG_LE | 8)
        self._session.challenge = self._random(8)
        return self._session.challenge

    def _external_authenticate(self, command: Command, challenge: bytes | None) -> bytes:
        if command.p2 != _RKSSSE and not command.p1:
            raise Refused(Status.REFERENCE_NOT_FOUND)
        _expect(command, p2=_RKSSSE, length=16)
        self._require_keys()
        if not self._external_tries:
            raise Refused(Status.LOCKED)
        if challenge is None:
            raise Refused(Status.CONDITIONS_NOT_SATISFIED)
        cryptogram, factor = command.data[:8], command.data[8:]
        self._session.opened = cryptogram == crypto.external_cryptogram(
            self._diversifier, factor, challenge
        )
        if not self._session.opened:
            self._external_tries -= 1
            raise Refused(Status.TRIES_LEFT | self._external_tries)
        self._external_tries = EXTERNAL_TRIES
        return b""

    def _require_keys(self) -> None:
        if not self._session.selected:
            raise Refused(Status.CONDITIONS_NOT_SATISFIED)
        if self._image.algorithm is not Algorithm.SM4:
            raise Refused(Status.REFERENCE_NOT_FOUND)

    # --- PIN ---------------------------------------------------------------------------------------------

    def _verify(self, command: Command, _challenge: bytes | None) -> bytes:
        if command.p1 or command.p2:
            raise Refused(Status.WRONG_P1_P2)
        if not command.data and not command.le:
            return self._probe()
        if len(command.data) != 3:
            raise Refused(Status.WRONG_LENGTH)
        if self._image.pin is None:
            raise Refused(Status.REFERENCE_NOT_FOUND)
        if not self._pin_tries:
            raise Refused(Status.LOCKED)
        if command.data.hex() != self._image.pin:
            self._pin_tries -= 1
            raise Refused(Status.TRIES_LEFT | self._pin_tries)
        self._pin_tries = self._image.pin_tries
        return b""

    def _probe(self) -> bytes:
        """Tell how many tries are left without using one."""
        if self._image.pin is None:
            return b""
        raise Refused(Status.TRIES_LEFT | self._pin_tries if self._pin_tries else Status.LOCKED)


def _expect(command: Command, *, p2: int, length: int) -> None:
    if command.p1 or command.p2 != p2:
        raise Refused(Status.WRONG_P1_P2)
    if len(command.data) != length:
        raise Refused(Status.WRONG_LENGTH)


def _tlv(tag: str, value: bytes) -> bytes:
    return bytes.fromhex(tag) + bytes((len(value),)) + value
