"""Who is at the counter: a card goes in and out, or a number is typed; the visit begins and ends with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.card import Authenticity, CardEvent, CardEventKind, CardReading, ReadStep
from desk_app.domain.errors import (
    CardRemoved,
    Counterfeit,
    MuteCard,
    ReaderLost,
    ServiceUnavailable,
)
from desk_app.domain.operator import Desk
from desk_app.domain.visit import Case
from desk_app.services.identification import Identification
from desk_app.ui.scene import CurrentVisit, Notice, Panel, Runner, Stage, Tone


class ReaderState(StrEnum):
    """What can be said of the readers at a glance."""

    STARTING = "starting"
    SERVICE_DOWN = "service_down"
    NO_READER = "no_reader"
    READY = "ready"
    CARD_IN = "card_in"
    MUTE = "mute"


@dataclass(frozen=True)
class ReaderStatus:
    """The readers as the header shows them. `waiting` is a card in another reader, for the next visit."""

    state: ReaderState = ReaderState.STARTING
    readers: int = 0
    waiting: bool = False


def worth_reading_again(case: Case | None) -> bool:
    """Whether a card that can prove itself has not yet: the platform did not answer, or the card stumbled."""
    if case is None or case.reading is None:
        return False
    unverified = case.reading.authenticity is Authenticity.UNVERIFIED
    return unverified and case.reading.algorithm is not None


class Arrival:
    """Turns what happens at the readers into visits. At most one card is served at a time; a card in
    another reader waits for its turn."""

    def __init__(
        self,
        identification: Identification,
        runner: Runner,
        visit: CurrentVisit,
        show_reader: Callable[[ReaderStatus], None],
        arrived: Callable[[Case], None],
    ) -> None:
        self._identification = identification
        self._runner = runner
        self._visit = visit
        self._show_reader = show_reader
        self._arrived = arrived
        self._desk: Desk | None = None
        self._service_up: bool | None = None
        self._cards: dict[str, CardEvent | None] = {}
        self._fresh: set[str] = set()
        self._served: CardEvent | None = None
        self._cancel = threading.Event()
        self._paused = False

    def serve(self, desk: Desk | None) -> None:
        """Somebody has signed in; None: nobody is there any more, which ends the visit."""
        self._leave()
        self._desk = desk
        self._fresh = {reader for reader, event in self._cards.items() if event is not None}
        self._take_waiting()

    def hand_over(self, desk: Desk | None) -> None:
        """Another operator goes on; the visit goes on with them, unless they may not serve."""
        if desk is None:
            self.serve(None)
        self._desk = desk

    def pause(self, paused: bool) -> None:
        """While paused a visit can end but none begins: a card that comes waits."""
        self._paused = paused
        if not paused:
            self._take_waiting()

    def on_card_event(self, event: CardEvent) -> None:
        """Something happened at the readers."""
        kind, reader = event.kind, event.reader or ""
        if kind is CardEventKind.SERVICE_UP:
            self._service_up = True
        elif kind is CardEventKind.SERVICE_DOWN:
            self._service_lost()
        elif kind is CardEventKind.READER_ADDED:
            self._service_up = True
            self._cards.setdefault(reader, None)
        elif kind is CardEventKind.READER_REMOVED:
            self._cards.pop(reader, None)
            self._gone(reader, ReaderLost(reader))
        elif kind is CardEventKind.CARD_REMOVED:
            self._cards[reader] = None
            self._gone(reader, CardRemoved(reader))
        else:
            self._came(reader, event)
        self._tell()

    def cancel_reading(self) -> None:
        """The clerk does not want to wait; the reading ends before its next command."""
        self._cancel.set()

    def read_again(self) -> None:
        """Read the card that is in once more, if that may give more than the first time."""
        scene = self._visit.scene
        if self._served is None or scene.busy is not None:
            return
        if scene.stage is Stage.TROUBLE or worth_reading_again(scene.case):
            self._take(self._served)

    def look_up(self, id_number: str) -> None:
        """Begin a visit without a card."""
        scene = self._visit.scene
        if self._desk is None or scene.waiting or scene.stage in (Stage.READING, Stage.SERVING):
            return
        self._visit.change(waiting=True, notice=None)
        self._visit.run(
            self._identification.look_up,
            self._desk,
            id_number,
            done=self._looked_up,
            failed=self._refuse,
            late=self._close,
        )

    def reveal(self, reason: str) -> None:
        """Show the data of the person who was looked up, for a reason that is audited."""
        scene = self._visit.scene
        if self._desk is None or scene.case is None or scene.waiting:
            return
        self._visit.change(waiting=True, notice=None)
        self._visit.run(
            self._identification.reveal,
            self._desk,
            scene.case,
            reason,
            done=lambda case: self._visit.change(case=case, waiting=False, panel=Panel.NONE),
            failed=self._refuse,
        )

    def end_visit(self) -> None:
        """The clerk ends the visit. A card that waits is served next."""
        self._leave()
        self._take_waiting()

    def _came(self, reader: str, event: CardEvent) -> None:
        self._service_up = True
        self._cards[reader] = event
        self._fresh.add(reader)
        serving = self._served is not None and self._visit.scene.stage is not Stage.TROUBLE
        if serving and self._served is not None and self._served.reader != event.reader:
            return
        self._take(event)

    def _gone(self, reader: str, error: Exception) -> None:
        self._fresh.discard(reader)
        if self._served is None or self._served.reader != reader:
            return
        scene = self._visit.scene
        cut_short = scene.stage is Stage.READING or isinstance(scene.trouble, CardRemoved)
        self._leave()
        if cut_short or isinstance(error, ReaderLost):
            self._visit.change(stage=Stage.TROUBLE, trouble=error)
        self._take_waiting()

    def _service_lost(self) -> None:
        self._service_up = False
        self._cards.clear()
        self._fresh.clear()
        if self._served is not None:
            self._leave()
            self._visit.change(stage=Stage.TROUBLE, trouble=ServiceUnavailable())

    def _take_waiting(self) -> None:
        if self._desk is None or self._paused or self._served is not None:
            return
        for reader, event in self._cards.items():
            if event is not None and reader in self._fresh:
                self._take(event)
                break
        self._tell()

    def _take(self, event: CardEvent) -> None:
        """Serve this card: whatever was shown before goes first."""
        if self._desk is None or self._paused:
            return
        self._leave()
        self._served = event
        self._fresh.discard(event.reader or "")
        if event.kind is CardEventKind.CARD_MUTE:
            self._visit.change(stage=Stage.TROUBLE, trouble=MuteCard(event.reader))
            return
        self._cancel = threading.Event()
        self._visit.change(stage=Stage.READING, read_step=ReadStep.CONNECTING)
        self._visit.run(
            self._identification.read_card,
            event.reader,
            self._visit.relay(self._progress),
            self._cancel,
            done=self._open_case,
            failed=self._failed,
        )

    def _progress(self, step: ReadStep) -> None:
        if self._visit.scene.stage is Stage.READING:
            self._visit.change(read_step=step)

    def _open_case(self, reading: CardReading) -> None:
        self._visit.run(
            self._identification.open_case,
            self._desk,
            reading,
            done=self._begin,
            failed=self._failed,
            late=self._close,
        )

    def _begin(self, case: Case) -> None:
        self._visit.change(stage=Stage.SERVING, read_step=None, case=case)
        self._arrived(case)

    def _looked_up(self, case: Case) -> None:
        self._served = None
        self._visit.restart()
        self._begin(case)

    def _failed(self, error: Exception) -> None:
        self._visit.change(stage=Stage.TROUBLE, read_step=None, trouble=error)
        if isinstance(error, Counterfeit) and error.reading is not None:
            self._visit.run(
                self._identification.open_case,
                self._desk,
                error.reading,
                done=lambda case: self._visit.change(case=case),
                failed=self._refuse,
                late=self._close,
            )

    def _refuse(self, error: Exception) -> None:
        self._visit.change(waiting=False, notice=Notice(Tone.DANGER, error=error))

    def _leave(self) -> None:
        """End the visit, if there is one: nothing of it stays on any screen."""
        self._cancel.set()
        case = self._visit.scene.case
        self._served = None
        self._visit.restart()
        if case is not None:
            self._close(case)

    def _close(self, case: Case) -> None:
        if self._desk is None:
            return
        self._runner.submit(
            self._identification.end_visit,
            self._desk,
            case,
            done=lambda _: None,
            failed=self._refuse,
        )

    def _tell(self) -> None:
        self._show_reader(
            ReaderStatus(
                self._state(), len(self._cards), self._served is not None and bool(self._fresh)
            )
        )

    def _state(self) -> ReaderState:
        events = [event for event in self._cards.values() if event is not None]
        if self._service_up is None:
            return ReaderState.STARTING
        if not self._service_up:
            return ReaderState.SERVICE_DOWN
        if not self._cards:
            return ReaderState.NO_READER
        if any(event.kind is CardEventKind.CARD_INSERTED for event in events):
            return ReaderState.CARD_IN
        return ReaderState.MUTE if events else ReaderState.READY
