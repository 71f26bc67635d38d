"""Several counters at once on one database: what can happen once happens once, and the others hear of it."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from desk_app.domain.application import ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import DeskError, NotPossible
from desk_app.store.engine import SqlStore
from tests.integration.loss.hall import SHANGHAI, SIGN_NO, Hall, normal
from tests.integration.store.conftest import Place
from tests.integration.store.samples import CODE

COUNTERS = 6


@pytest.fixture
def halls(place: Place, opened: Callable[[Place], SqlStore]) -> list[Hall]:
    """Counters with a connection each, one platform and one clock."""
    first = Hall(opened(place), SHANGHAI)
    first.settle_in(normal())
    others = (opened(place) for _ in range(COUNTERS - 1))
    return [first, *(Hall(store, SHANGHAI, first.clock, first.platform) for store in others)]


def at_once(halls: list[Hall], work: Callable[[Hall], object]) -> list[object]:
    """What each counter gets, all beginning in the same moment."""
    start, results = Barrier(len(halls)), list[object]()

    def run(hall: Hall) -> None:
        start.wait()
        try:
            results.append(work(hall))
        except DeskError as error:
            results.append(error)

    threads = [Thread(target=run, args=(hall,)) for hall in halls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_temporary_loss_ends_once(halls: list[Hall]) -> None:
    first = halls[0]
    first.loss.report_temporary(first.desk("1001"), first.without_card())
    first.clock.forward(days=6)

    ended = at_once(halls, lambda hall: hall.lapses.end_due(hall.desk("1001")))

    assert sorted(map(str, ended)) == ["0"] * (COUNTERS - 1) + ["1"]
    assert (first.card().state, first.card().version) == (CardState.NORMAL, 3)
    first.delivery.deliver_pending()
    assert first.mirrored() is CardState.NORMAL
    assert [entry[0] for entry in first.trail()].count("lapse") == 1


def test_a_card_expires_once(halls: list[Hall]) -> None:
    first = halls[0]
    first.clock.forward(days=9000)

    ended = at_once(halls, lambda hall: hall.lapses.expire_due(hall.desk("1001")))

    assert sorted(map(str, ended)) == ["0"] * (COUNTERS - 1) + ["1"]
    assert (first.card().state, first.card().version) == (CardState.EXPIRED, 2)
    first.delivery.deliver_pending()
    assert first.mirrored() is CardState.EXPIRED
    assert [entry[0] for entry in first.trail()].count("expire") == 1


def test_a_loss_is_reported_once_and_the_others_are_told_that_it_runs(halls: list[Hall]) -> None:
    cases = {id(hall): hall.without_card() for hall in halls}

    results = at_once(
        halls, lambda hall: hall.loss.report_temporary(hall.desk("1001"), cases[id(hall)])
    )

    refused = [each for each in results if isinstance(each, NotPossible)]
    assert len(refused) == COUNTERS - 1, results
    assert {(each.at, each.window) for each in refused} == {(halls[0].clock.now(), "3")}
    assert halls[0].card().version == 2


def test_one_application_is_filed_and_the_others_are_told_that_it_waits(halls: list[Hall]) -> None:
    cases = {id(hall): hall.without_card() for hall in halls}

    results = at_once(halls, lambda hall: hall.file(ApplicationKind.FORMAL_LOSS, cases[id(hall)]))

    refused = [each for each in results if isinstance(each, NotPossible)]
    assert len(refused) == COUNTERS - 1, results
    assert {(each.at, each.window) for each in refused} == {(halls[0].clock.now(), "3")}
    assert halls[0].card().version == 2


def test_a_replacement_is_handed_over_once(halls: list[Hall]) -> None:
    first = halls[0]
    first.decide(first.file(ApplicationKind.FORMAL_LOSS))
    code = first.decide(first.file(ApplicationKind.REPLACEMENT, reason="lost"))
    assert code.new_identification_code is not None
    new = code.new_identification_code
    cases = {id(hall): hall.with_card(new) for hall in halls}

    results = at_once(
        halls, lambda hall: hall.replacement.hand_over(hall.desk("1001"), cases[id(hall)])
    )

    assert not [each for each in results if isinstance(each, DeskError)], results
    while first.delivery.deliver_pending().left:
        pass
    assert (first.card(new).version, first.card().version) == (2, 4)
    assert (first.mirrored(new), first.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
    moved = first.platform.e_cards[SIGN_NO]
    assert (moved.identification_code, moved.state) == (new, ECardState.ISSUED)
    assert [entry[0] for entry in first.trail()].count("hand_over") == 1
    with first.store.begin(write=False) as uow:
        assert uow.applications.open_of_card(CODE) is None
        (replacement, _) = uow.applications.of_holder(first.card().id_number)
    assert replacement.state is ApplicationState.COMPLETED
