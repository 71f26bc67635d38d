"""What a decision would be about, and what stands in its way. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.application import Application, ApplicationKind, ApplicationState
from desk_app.services.decisions import CaseFile


@dataclass(frozen=True)
class Target:
    """The open case, or several selected ones in which nothing differs. `hindrance` is the key, under
    `[queue.hindrance]`, of why nothing can be decided."""

    applications: tuple[Application, ...] = ()
    file: CaseFile | None = None
    hindrance: str | None = None

    @property
    def kind(self) -> ApplicationKind | None:
        """What is applied for, if it is the same in all."""
        kinds = {one.kind for one in self.applications}
        return kinds.pop() if len(kinds) == 1 else None

    @property
    def approvable(self) -> bool:
        """Whether the card's state still allows approval, as far as is known here."""
        return self.file is None or bool(self.file.consequences)


def target_of(operator: str, file: CaseFile | None, chosen: tuple[Application, ...]) -> Target:
    """The target of an operator who has this case open and these lines selected."""
    if len(chosen) > 1:
        return Target(chosen, None, _hindrance(operator, chosen))
    if file is not None:
        return Target((file.application,), file, _hindrance(operator, (file.application,)))
    return Target(chosen, None, "not_open" if chosen else "nothing")


def _hindrance(operator: str, applications: tuple[Application, ...]) -> str | None:
    several = len(applications) > 1
    if any(one.state is not ApplicationState.FILED for one in applications):
        return "some_decided" if several else "decided"
    if any(one.filed_by == operator for one in applications):
        return "some_own" if several else "own"
    if len({one.kind for one in applications}) > 1:
        return "differ"
    return None
