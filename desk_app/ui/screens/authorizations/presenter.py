"""Who may use the holder's data, and withdrawing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from desk_app.domain.e_card import Authorization, AuthorizationState
from desk_app.domain.errors import InstructionPending
from desk_app.domain.operator import Desk
from desk_app.domain.receipt import newest_occasion
from desk_app.domain.verbs import Verb
from desk_app.domain.visit import Case
from desk_app.services.authorizations import Authorizations
from desk_app.ui.scene import CurrentVisit, Notice, Panel, Scene, Tone


@dataclass(frozen=True)
class AuthorizationsState:
    """`chosen` is the one that is about to be withdrawn."""

    open: bool = False
    loading: bool = False
    busy: bool = False
    items: tuple[Authorization, ...] = ()
    chosen: Authorization | None = None
    notice: Notice | None = None


class AuthorizationsPresenter:
    """Works while the authorisations panel of the scene is open, and forgets everything when it closes."""

    def __init__(self, service: Authorizations, visit: CurrentVisit) -> None:
        self._service = service
        self._visit = visit
        self._desk: Desk | None = None
        self._draw: Callable[[AuthorizationsState], None] = lambda _state: None
        self.state = AuthorizationsState()
        visit.watch(self._follow)

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on."""
        self._desk = desk

    def watch(self, draw: Callable[[AuthorizationsState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def choose(self, authorization_id: str | None) -> None:
        """The clerk wants to withdraw this one and is asked once more; None: it is left alone."""
        active = (
            item
            for item in self.state.items
            if item.id == authorization_id and item.state is AuthorizationState.ACTIVE
        )
        self._show(chosen=next(active, None), notice=None)

    def withdraw(self) -> None:
        """Withdraw the chosen one."""
        case, chosen = self._visit.scene.case, self.state.chosen
        if case is None or chosen is None or self.state.busy:
            return
        self._visit.change(busy=Verb.AUTHORIZATIONS)
        self._show(busy=True, notice=None)
        self._visit.run(
            self._service.revoke,
            self._desk,
            case,
            chosen.id,
            done=self._withdrawn,
            failed=self._failed,
        )

    def open_receipt(self) -> None:
        """Preview the receipt for what was withdrawn last, to be printed."""
        receipt = self.state.notice.receipt if self.state.notice is not None else None
        if receipt is not None and not self.state.busy:
            self._visit.change(panel=Panel.RECEIPT, receipt=receipt, notice=None)

    def back(self) -> None:
        """Back to the counter."""
        if not self.state.busy:
            self._visit.change(panel=Panel.NONE)

    def _follow(self, scene: Scene) -> None:
        is_open = scene.panel is Panel.AUTHORIZATIONS and scene.case is not None
        if is_open and not self.state.open:
            self._show(open=True, loading=True)
            self._visit.run(
                self._service.of,
                self._desk,
                scene.case,
                done=lambda items: self._show(items=items, loading=False),
                failed=self._failed,
            )
        elif not is_open and self.state.open:
            self.state = AuthorizationsState()
            self._draw(self.state)

    def _withdrawn(self, answer: tuple[Case, tuple[Authorization, ...]]) -> None:
        case, items = answer
        before = self._visit.scene.case
        receipt = newest_occasion(before, case) if before is not None else None
        self._visit.change(case=case, busy=None)
        notice = Notice(Tone.GOOD, "authorizations.withdrawn", receipt=receipt)
        self._show(items=items, busy=False, chosen=None, notice=notice)

    def _failed(self, error: Exception) -> None:
        self._visit.change(busy=None)
        tone = Tone.WARNING if isinstance(error, InstructionPending) else Tone.DANGER
        self._show(loading=False, busy=False, chosen=None, notice=Notice(tone, error=error))

    def _show(self, **changes: object) -> None:
        if not (self.state.open or "open" in changes):
            return  # closed meanwhile
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._draw(self.state)
