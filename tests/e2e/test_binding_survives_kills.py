"""A kill at any point of binding ends, after a restart, in exactly one e-card, known on both sides."""

import signal
from itertools import count

from desk_app import app
from desk_app.domain.card import CardState
from desk_app.sandbox.seed import platform_e_cards, register_seed
from tests.e2e.conftest import Hall


def unbound_cards() -> list[str]:
    """Activated cards of people without an e-card, one for every round."""
    holders = {e_card.id_number for e_card in platform_e_cards()}
    cards = list(register_seed().cards())
    return [
        card.identification_code
        for card in cards
        if card.state is CardState.NORMAL and card.id_number not in holders and not card.replaces
    ][20:]


def test_killed_at_every_boundary_the_binding_is_whole_after_a_restart(hall: Hall) -> None:
    killed = 0
    for boundary, code in zip(count(1), unbound_cards(), strict=False):
        run = hall.run("-m", "tests.e2e.fused_binding", code, str(boundary))
        intended = _restart_and_settle(hall, code)
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL, run.stderr
        killed += 1
        _assert_one_or_none(hall, code, intended)
    else:
        raise AssertionError("more boundaries than cards")
    assert killed >= 8, "the fuse has too few boundaries to prove anything"
    assert killed == int(run.stdout)


def _restart_and_settle(hall: Hall, code: str) -> bool:
    """What the counter does at its start; gives whether the binding had been written down."""
    with app.opened(hall.settings(), hall.home) as counter:
        with counter.store.begin(write=False) as uow:
            pending = uow.outbox.pending(code)
            intended = bool(pending) or uow.e_cards.active_of_card(code) is not None
        counter.services.delivery.deliver_pending()
    return intended


def _assert_one_or_none(hall: Hall, code: str, intended: bool) -> None:
    with app.opened(hall.settings(), hall.home) as counter:
        there = counter.platform.find_e_cards(identification_code=code)
        with counter.store.begin(write=False) as uow:
            here = uow.e_cards.active_of_card(code)
            assert uow.outbox.pending(code) == ()
            assert uow.audit.first_broken() is None
    assert len(there) == (1 if intended else 0)
    assert (here is not None) is intended
    if here is not None:
        assert here == there[0]
