"""Checking a code from paper: whether, when and by which hall the document was issued."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.document import CodeAnswer
from desk_app.domain.operator import Desk
from desk_app.services.archive import Archiving
from desk_app.ui.desk_presenter import DeskPresenter
from desk_app.ui.scene import Runner


@dataclass(frozen=True)
class VerifyState:
    """All that the page shows."""

    busy: bool = False
    answer: CodeAnswer | None = None
    error: Exception | None = None


class VerifyPresenter(DeskPresenter[VerifyState]):
    """Asks the archive one code at a time; forgets the answer when somebody else is here."""

    def __init__(self, service: Archiving, runner: Runner) -> None:
        super().__init__(runner, VerifyState())
        self._service = service

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on."""
        self._turn_to(desk, VerifyState())

    def check(self, code: str, serial: str) -> None:
        """Ask about a code, and the document's number where it was typed too."""
        if self._desk is None or self.state.busy:
            return
        self._show(busy=True, answer=None, error=None)
        self._run(self._service.answer, code, serial.strip() or None, done=self._answered)

    def _answered(self, answer: CodeAnswer) -> None:
        self._show(busy=False, answer=answer)

    def _failed(self, error: Exception) -> None:
        self._show(busy=False, error=error)
