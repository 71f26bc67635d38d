"""A card that knows its part by heart: it fails on a command out of turn, and on one that never came."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from desk_app.reader.apdu import Transport

T = TypeVar("T")

ATR = bytes.fromhex("3B6D0000 00814A44468660310000000107")
"""The contract's vector: historical bytes 00814A44468660310000000107."""

Exchange = tuple[str, str] | tuple[str, Exception]
"""A command in hexadecimal, and the answer in hexadecimal or what is raised instead."""


class ScriptedCard:
    """A `Channel`. Used with `with`, it fails when commands of the script are left over."""

    def __init__(
        self,
        *script: Exchange,
        atr: bytes = ATR,
        transport: Transport = Transport.T0,
        reader: str = "Scripted reader",
    ) -> None:
        self.reader = reader
        self.atr = atr
        self.transport = transport
        self._script = list(script)

    def transmit(self, apdu: bytes) -> bytes:
        assert self._script, f"unscripted: {_spaced(apdu)}"
        command, answer = self._script.pop(0)
        assert apdu == bytes.fromhex(command), f"{_spaced(apdu)} came, {command} was due"
        if isinstance(answer, Exception):
            raise answer
        return bytes.fromhex(answer)

    def aside(self, call: Callable[[], T]) -> T:
        return call()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            assert not self._script, f"never came: {[command for command, _ in self._script]}"


def _spaced(apdu: bytes) -> str:
    return apdu.hex(" ").upper()
