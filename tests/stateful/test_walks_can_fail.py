"""The walks find a rule that is broken: the product's own check, and what the database has against it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import text

from desk_app.domain.card import CardState
from desk_app.domain.outbox import Instruction, OutboxEntry, OutboxKind, ReportCard
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.lapses import Lapses
from desk_app.store import connections
from desk_app.store.repositories.cards import SqlCards
from tests.integration.store.raw import run
from tests.stateful.city import Surroundings
from tests.stateful.conftest import Database
from tests.stateful.walk import Walk

Breakage = Callable[[pytest.MonkeyPatch], None]

SETTINGS = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,  # found once, found always
    database=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=(Phase.generate,),
)


class Careless(Walk):
    """Walks in a product with a rule less."""


class Forged(Walk):
    """Walks in a hall where somebody can change what was audited."""

    @rule()
    def forge(self):
        first = "UPDATE audit SET detail = 'nothing' WHERE seq = 1"
        run(self.city.place, "DROP TRIGGER IF EXISTS audit_no_update", first)


def two_eyes(patch: pytest.MonkeyPatch) -> None:
    """Neither the service nor the constraint minds who has filed it."""
    seen = Decisions._seen

    def blind(self: Decisions, uow: Any, desk: Any, *rest: Any) -> Any:
        stranger = replace(desk, operator=replace(desk.operator, number=""))
        return seen(self, uow, stranger, *rest)

    patch.setattr(Decisions, "_seen", blind)
    blindly = (*connections._PRAGMAS, "ignore_check_constraints = ON")
    patch.setattr(connections, "_PRAGMAS", blindly)


def versions_that_stay(patch: pytest.MonkeyPatch) -> None:
    change = SqlCards.change_state
    back = text("UPDATE card SET version = version - 1 WHERE identification_code = :code")

    def same(self: SqlCards, code: str, state: CardState, version: int) -> Any:
        after = change(self, code, state, version)
        self._transaction.execute(back, {"code": code})
        return replace(after, version=version)

    patch.setattr(SqlCards, "change_state", same)


_LOST = (CardState.TEMPORARILY_LOST, CardState.LOST)


def a_loss_untold(patch: pytest.MonkeyPatch) -> None:
    """The platform does not hear of losses."""
    write = Delivery.write_down

    def forgetful(self: Delivery, uow: Any, desk: Any, what: Instruction, *rest: Any) -> Any:
        if isinstance(what, ReportCard) and what.card.state in _LOST:
            return None
        return write(self, uow, desk, what, *rest)

    patch.setattr(Delivery, "write_down", forgetful)


def reports_that_were_never_sent(patch: pytest.MonkeyPatch) -> None:
    send = Delivery._send

    def idle(self: Delivery, entry: OutboxEntry) -> Any:
        if entry.request.kind is not OutboxKind.REPORT_CARD:
            return send(self, entry)
        with self.store.begin(write=False) as uow:
            return uow.cards.get(entry.identification_code)

    patch.setattr(Delivery, "_send", idle)


def protections_without_an_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lapses, "end_if_due", lambda *_: False)


def cards_without_an_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lapses, "expire_if_due", lambda *_: False)


BREAKAGES: dict[Breakage, str] = {
    two_eyes: r"it was not possible, and was done|^Outdated\(",
    versions_that_stay: "became .* in one version",
    a_loss_untold: "not what was written down for the platform",
    reports_that_were_never_sent: "the mirror is not the register",
    protections_without_an_end: "not the model's states",
    cards_without_an_end: "not the model's states",
}
"""With what the walk says; a decision of one's own on something stale is refused for the wrong reason."""


@pytest.mark.parametrize(
    ("breakage", "said"), BREAKAGES.items(), ids=[one.__name__ for one in BREAKAGES]
)
def test_a_broken_rule_is_found(
    breakage: Breakage,
    said: str,
    surroundings: Surroundings,
    sqlcipher_each: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Careless.around, Careless.database = surroundings, staticmethod(sqlcipher_each)
    breakage(monkeypatch)
    with pytest.raises(AssertionError, match=said):
        run_state_machine_as_test(Careless, settings=SETTINGS)


def test_a_forged_trail_is_found(surroundings: Surroundings, sqlcipher_each: Database) -> None:
    Forged.around, Forged.database = surroundings, staticmethod(sqlcipher_each)
    with pytest.raises(AssertionError, match="the trail is broken"):
        run_state_machine_as_test(Forged, settings=SETTINGS)
