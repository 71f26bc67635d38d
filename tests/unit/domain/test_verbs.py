"""What the counter offers in a case, and why not."""

import pytest

from desk_app.domain.activation import verify
from desk_app.domain.card import Authenticity, CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import NotPossible
from desk_app.domain.verbs import Hindrance, Verb, offer, offers, require
from tests.unit.domain.cases import TODAY, case, consent, e_card, reading, registered


def test_without_a_citizen_every_verb_waits_for_one() -> None:
    assert {offered.hindrances for offered in offers(None)} == {(Hindrance.NO_CITIZEN,)}
    assert [offered.verb for offered in offers(None)] == list(Verb)


def test_a_new_card_can_be_activated_and_nothing_else_about_the_e_card() -> None:
    new = case(registered=registered(CardState.NOT_ACTIVATED))

    assert offer(new, Verb.ACTIVATE).enabled
    assert Hindrance.NOT_ACTIVATED in offer(new, Verb.CONSENT).hindrances
    assert Hindrance.NOT_ACTIVATED in offer(new, Verb.BIND).hindrances
    assert offer(new, Verb.CLAIM).hindrances == (Hindrance.NO_E_CARD,)
    assert offer(new, Verb.STATEMENT).enabled


def test_binding_wants_consent_first_and_only_once() -> None:
    before, after = case(), case(consent=consent())

    assert offer(before, Verb.CONSENT).enabled
    assert offer(before, Verb.BIND).hindrances == (Hindrance.CONSENT_FIRST,)
    assert offer(after, Verb.CONSENT).hindrances == (Hindrance.ALREADY_CONSENTED,)
    assert offer(after, Verb.BIND).enabled


def test_a_bound_card_shows_its_claim_code_and_cannot_be_bound_again() -> None:
    bound = case(consent=consent(), e_card=e_card())

    assert offer(bound, Verb.CLAIM).enabled
    assert offer(bound, Verb.UNBIND).enabled
    assert offer(bound, Verb.AUTHORIZATIONS).enabled
    assert offer(bound, Verb.BIND).hindrances == (Hindrance.ALREADY_BOUND,)
    assert offer(bound, Verb.CONSENT).hindrances == (Hindrance.ALREADY_BOUND,)


def test_after_a_revocation_the_card_can_be_bound_anew() -> None:
    ended = case(consent=consent(), e_card=e_card(ECardState.REVOKED))

    assert offer(ended, Verb.BIND).enabled
    assert offer(ended, Verb.UNBIND).hindrances == (Hindrance.NO_E_CARD,)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ECardState.CLAIMED, Hindrance.ALREADY_CLAIMED),
        (ECardState.SUSPENDED, Hindrance.E_CARD_SUSPENDED),
    ],
)
def test_only_an_issued_e_card_can_be_claimed(state: ECardState, why: Hindrance) -> None:
    assert offer(case(e_card=e_card(state)), Verb.CLAIM).hindrances == (why,)


def test_while_the_platforms_answer_is_unknown_nothing_is_asked_twice() -> None:
    waiting = case(consent=consent(), binding_pending=True)

    for verb in (Verb.CONSENT, Verb.BIND, Verb.CLAIM, Verb.UNBIND):
        assert offer(waiting, verb).hindrances == (Hindrance.BINDING_PENDING,)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (CardState.IN_PRODUCTION, Hindrance.IN_PRODUCTION),
        (CardState.TEMPORARILY_LOST, Hindrance.CARD_LOST),
        (CardState.LOST, Hindrance.CARD_LOST),
        (CardState.LOCKED, Hindrance.CARD_LOCKED),
        (CardState.CANCELLED, Hindrance.CARD_CANCELLED),
        (CardState.EXPIRED, Hindrance.OUT_OF_DATE),
    ],
)
def test_a_card_in_any_other_state_is_neither_activated_nor_bound(
    state: CardState, why: Hindrance
) -> None:
    other = case(registered=registered(state), consent=consent())

    assert why in offer(other, Verb.ACTIVATE).hindrances
    assert why in offer(other, Verb.BIND).hindrances


def test_a_counterfeit_has_no_verb_at_all() -> None:
    false = case(reading=reading(Authenticity.COUNTERFEIT), holder=None, consent=consent())

    assert not any(offered.enabled for offered in offers(false))
    for verb in (Verb.ACTIVATE, Verb.CONSENT, Verb.BIND, Verb.STATEMENT):
        assert offer(false, verb).hindrances == (Hindrance.NOT_GENUINE,)


DISCLOSING = (Verb.STATEMENT, Verb.AUTHORIZATIONS, Verb.UNBIND)


@pytest.mark.parametrize("verb", DISCLOSING)
def test_nothing_goes_out_on_a_disputed_identity(verb: Verb) -> None:
    bound = case(e_card=e_card())
    renamed = case(e_card=e_card(), reading=reading(name="别人"))
    another = case(e_card=e_card(), reading=reading(id_number="000000195001010019"))
    false = case(e_card=e_card(), reading=reading(Authenticity.COUNTERFEIT), holder=None)

    assert offer(bound, verb).enabled
    assert offer(renamed, verb).hindrances == (Hindrance.IDENTITY_DIFFERS,)
    assert offer(another, verb).hindrances == (Hindrance.IDENTITY_DIFFERS,)
    assert offer(false, verb).hindrances == (Hindrance.NOT_GENUINE,)


def test_what_cannot_be_compared_is_not_disputed() -> None:
    """The register may lack the card: its holder still may see their own records."""
    stranger = case(registered=None, verdict=verify(reading(), None, TODAY))
    assert offer(stranger, Verb.STATEMENT).enabled


def test_a_holder_that_could_not_be_read_is_not_called_another_person() -> None:
    closed = reading(Authenticity.UNVERIFIED, id_number=None, name=None)
    unread = case(reading=closed, holder=None, consent=consent())

    assert offer(unread, Verb.BIND).hindrances == (Hindrance.AUTHENTICITY_UNKNOWN,)
    assert offer(unread, Verb.STATEMENT).hindrances == (Hindrance.AUTHENTICITY_UNKNOWN,)


def test_a_card_that_could_not_be_authenticated_says_so() -> None:
    unknown = case(reading=reading(Authenticity.UNVERIFIED), consent=consent())

    assert offer(unknown, Verb.BIND).hindrances == (Hindrance.AUTHENTICITY_UNKNOWN,)


def test_a_person_looked_up_gets_nothing_before_a_reason_and_no_card_verbs_after() -> None:
    masked = case(reading=None, verdict=None, revealed=False)
    revealed = case(reading=None, verdict=None)

    assert offer(masked, Verb.STATEMENT).hindrances == (Hindrance.NOT_REVEALED,)
    assert offer(revealed, Verb.STATEMENT).enabled
    assert offer(revealed, Verb.BIND).hindrances == (Hindrance.CARD_NEEDED,)
    waiting = case(reading=None, verdict=None, registered=registered(CardState.NOT_ACTIVATED))
    assert Hindrance.CARD_NEEDED in offer(waiting, Verb.ACTIVATE).hindrances


def test_a_verb_that_is_not_offered_is_refused_with_the_same_reasons() -> None:
    with pytest.raises(NotPossible) as refused:
        require(case(), Verb.BIND)

    assert refused.value.hindrances == (Hindrance.CONSENT_FIRST,)
