"""What the citizen of the visit was given so far: looked at again, and handed out once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from desk_app.domain.document import IssuedDocument
from desk_app.domain.operator import Desk
from desk_app.domain.statement import StatementKind
from desk_app.services.archive import Archiving
from desk_app.ui.scene import CurrentVisit, Panel, Scene

Again = Callable[[IssuedDocument], None]
"""Opens the page on which the next copy of a statement is drawn."""


@dataclass(frozen=True)
class IssuedState:
    """All that the page shows; `pdf` is the file of the one that is chosen, once it has been opened."""

    open: bool = False
    busy: bool = False
    items: tuple[IssuedDocument, ...] | None = None
    chosen: IssuedDocument | None = None
    pdf: bytes | None = None
    error: Exception | None = None

    @property
    def can_repeat(self) -> bool:
        """Whether the next copy of what is chosen is drawn on the statement page."""
        return self.chosen is not None and self.chosen.kind in set(StatementKind)


class IssuedPresenter:
    """Works while its panel of the scene is open, and forgets everything when that closes."""

    def __init__(self, service: Archiving, visit: CurrentVisit, again: Again) -> None:
        self._service, self._visit, self._again = service, visit, again
        self._desk: Desk | None = None
        self._draw: Callable[[IssuedState], None] = lambda _state: None
        self.state = IssuedState()
        visit.watch(self._follow)

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on."""
        self._desk = desk

    def watch(self, draw: Callable[[IssuedState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def choose(self, serial: str | None) -> None:
        """One of the list; the file that was open closes."""
        items = self.state.items or ()
        chosen = next((one for one in items if one.serial == serial), None)
        if chosen != self.state.chosen:
            self._show(chosen=chosen, pdf=None, error=None)

    def look(self) -> None:
        """Open the file of the one that is chosen."""
        case, chosen = self._visit.scene.case, self.state.chosen
        if case is None or chosen is None or self.state.busy:
            return
        self._show(busy=True, pdf=None, error=None)

        def opened(pdf: bytes) -> None:
            self._show(busy=False, pdf=pdf if self.state.chosen == chosen else None)

        job = self._service.open
        self._visit.run(job, self._desk, case, chosen, done=opened, failed=self._failed)

    def repeat(self) -> None:
        """Hand the chosen one out once more: the statement page asks why."""
        chosen = self.state.chosen
        if chosen is not None and self.state.can_repeat and not self.state.busy:
            self._again(chosen)

    def back(self) -> None:
        """Back to the statements."""
        self._visit.change(panel=Panel.STATEMENT)

    def _follow(self, scene: Scene) -> None:
        is_open = scene.panel is Panel.ISSUED and scene.case is not None
        if is_open and not self.state.open:
            self._show(open=True, busy=True)
            job = self._service.issued_to
            done = self._has_items
            self._visit.run(job, self._desk, scene.case, done=done, failed=self._failed)
        elif not is_open and self.state.open:
            self.state = IssuedState()
            self._draw(self.state)

    def _has_items(self, items: tuple[IssuedDocument, ...]) -> None:
        self._show(busy=False, items=items)

    def _failed(self, error: Exception) -> None:
        self._show(busy=False, error=error)

    def _show(self, **changes: object) -> None:
        if not (self.state.open or "open" in changes):
            return  # closed meanwhile
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._draw(self.state)
