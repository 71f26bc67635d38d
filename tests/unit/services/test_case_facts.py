"""A case is gathered from several looks at the store, between which other counters go on."""

from typing import Any, cast

import pytest

from desk_app.domain.outbox import FrozenRequest, OutboxEntry, OutboxKind
from desk_app.services.case_facts import with_facts
from desk_app.services.ports import UnitOfWork
from tests.fakes import cases

E_CARD = cases.e_card()
CODE = E_CARD.identification_code
ISSUE = OutboxEntry(
    id=cases.case().visit.id,
    seq=1,
    identification_code=CODE,
    order_key=CODE,
    request=FrozenRequest(OutboxKind.ISSUE_E_CARD, "POST", "/", ""),
    created_at=cases.NOW,
)


class Busy:
    """A store in which another counter settles a binding, in one transaction, after so many looks."""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self.cards = self.e_cards = self.outbox = self.temporary_losses = self.applications = self

    def get(self, code: str) -> Any:
        return self._look(None, None)

    def active_of_card(self, code: str) -> Any:
        return self._look(None, E_CARD)

    def pending(self, code: str) -> Any:
        return self._look((ISSUE,), ())

    def running(self, code: str) -> Any:
        return self._look(None, None)

    def open_of_card(self, code: str) -> Any:
        return self._look(None, None)

    def of_holder(self, number: str) -> Any:
        return self._look((), ())

    def _look(self, before: Any, after: Any) -> Any:
        self._looks -= 1
        return before if self._looks >= 0 else after


@pytest.mark.parametrize("looks", range(8))
def test_a_binding_that_another_counter_settles_meanwhile_is_seen_as_pending_or_as_done(
    looks: int,
) -> None:
    case = with_facts(cast(UnitOfWork, Busy(looks)), cases.case(), CODE)
    assert case.binding_pending or case.e_card == E_CARD
