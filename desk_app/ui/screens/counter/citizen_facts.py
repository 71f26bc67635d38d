"""What the window says about the citizen of a case: pills, rows and warnings, in words and masked. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.activation import RENEWAL_OPENS, Condition, renewal_open
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECard, ECardState
from desk_app.domain.masking import mask_code, mask_id_number, mask_name
from desk_app.domain.visit import Case
from desk_app.ui.scene import Tone
from desk_app.ui.words import Words

State = tuple[Tone, str]
Row = tuple[str, str]

_CARD_TONES = {
    CardState.NORMAL: Tone.GOOD,
    CardState.NOT_ACTIVATED: Tone.WARNING,
    CardState.IN_PRODUCTION: Tone.WARNING,
    CardState.TEMPORARILY_LOST: Tone.WARNING,
}
_E_CARD_TONES = {
    ECardState.ISSUED: Tone.INFO,
    ECardState.CLAIMED: Tone.GOOD,
    ECardState.SUSPENDED: Tone.WARNING,
    ECardState.REVOKED: Tone.NEUTRAL,
}
_FAILS = {Condition.GENUINE: Tone.DANGER, Condition.IDENTITY: Tone.DANGER}


@dataclass(frozen=True)
class CitizenFacts:
    """All that is said; empty tuples where there is nothing to say."""

    name: str
    pills: tuple[State, ...]
    rows: tuple[Row, ...]
    card_rows: tuple[Row, ...]
    e_card: State
    e_card_rows: tuple[Row, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def citizen_facts(case: Case, words: Words, *, unmasked: bool) -> CitizenFacts:
    """Everything about a case. Numbers are masked unless `unmasked`; all of a person who was looked up is
    masked until a reason was given."""
    full = unmasked and case.revealed
    return CitizenFacts(
        _name(case, words),
        tuple(_pills(case, words)),
        tuple(_person(case, words, full)),
        tuple(_card(case, words, full)),
        _e_card_state(case, words),
        tuple(_e_card(case.e_card, words, full)) if case.e_card else (),
        tuple(_warnings(case, words)),
        () if case.platform_known else (words.say("counter.platform_unknown"),),
    )


def _name(case: Case, words: Words) -> str:
    if case.holder is None:
        counterfeit = case.verdict is not None and case.verdict.holds(Condition.GENUINE) is False
        return words.say("citizen.not_shown" if counterfeit else "citizen.no_name")
    if not case.holder.name:
        return words.say("citizen.no_name")
    return case.holder.name if case.revealed else mask_name(case.holder.name)


def _pills(case: Case, words: Words) -> list[State]:
    pills: list[State] = []
    if case.verdict is None:
        pills.append((Tone.INFO, words.say("citizen.looked_up")))
        if case.revealed:
            pills.append((Tone.NEUTRAL, words.say("citizen.revealed")))
        if case.registered is None:
            pills.append((Tone.NEUTRAL, words.say("condition.registered.fails")))
        else:
            pills.append(_card_state(case.registered.state, words))
        return pills
    counterfeit = case.verdict.holds(Condition.GENUINE) is False
    for check in case.verdict.checks:
        if counterfeit and check.condition is not Condition.GENUINE:
            continue  # what a counterfeit says agrees with anything
        if check.condition is Condition.STATE and case.registered is not None:
            pills.append(_card_state(case.registered.state, words))
            continue
        said = {True: "holds", False: "fails", None: "unknown"}[check.holds]
        if check.condition is Condition.DATE and check.holds and _expires_soon(case):
            pills.append((Tone.INFO, words.say("condition.date.renewal")))
            continue
        tone = {True: Tone.GOOD, None: Tone.UNKNOWN}.get(check.holds)
        failed = _FAILS.get(check.condition, Tone.WARNING)
        pills.append((tone or failed, words.say(f"condition.{check.condition}.{said}")))
    return pills


def _expires_soon(case: Case) -> bool:
    registered, policy, today = case.registered, case.policy, case.visit.opened_at.date()
    opens = policy.renewal_opens if policy is not None else RENEWAL_OPENS
    return registered is not None and renewal_open(registered, today, opens)


def _card_state(state: CardState, words: Words) -> State:
    if state is CardState.NORMAL:
        return Tone.GOOD, words.say("condition.state.holds")
    return _CARD_TONES.get(state, Tone.DANGER), words.of(state)


def _person(case: Case, words: Words, full: bool) -> list[Row]:
    holder = case.holder
    if holder is None:
        return []
    number = holder.id_number if full else mask_id_number(holder.id_number)
    rows = [(words.field("id_number"), number)]
    if not case.revealed:
        return rows
    sex, ethnicity = words.coded("sex", holder.sex), words.coded("ethnicity", holder.ethnicity)
    rows += [
        (words.field("sex"), sex),
        (words.field("ethnicity"), ethnicity),
        (words.field("birth_date"), words.day(holder.birth_date)),
        (words.field("birthplace"), words.region(holder.birthplace or "")),
    ]
    missing = words.say("citizen.not_read")
    return [(name, value or missing) for name, value in rows]


def _card(case: Case, words: Words, full: bool) -> list[Row]:
    registered, reading = case.registered, case.reading
    on_card = reading.card if reading is not None else None
    number = (on_card and on_card.card_number) or (registered and registered.card_number) or ""
    region = (on_card and on_card.region) or (registered and registered.region) or ""
    until = (registered and registered.valid_until) or (on_card and on_card.valid_until) or None
    issued = (on_card and on_card.issued_on) or (registered and registered.issued_on) or None
    if not number and not region:
        return []
    rows = [
        (words.field("card_number"), number if full else mask_code(number)),
        (words.field("region"), words.region(region)),
        (words.field("issued_on"), words.day(issued)),
        (words.field("valid_until"), words.day(until)),
    ]
    if reading is not None and reading.algorithm is not None:
        rows.append((words.field("algorithm"), words.of(reading.algorithm)))
    if reading is not None and reading.pin_tries_left is not None:
        left = reading.pin_tries_left
        tries = words.say("citizen.pin_tries", tries=left) if left else None
        rows.append((words.field("pin_tries_left"), tries or words.say("citizen.pin_locked")))
    missing = words.say("citizen.not_read")
    return [(name, value or missing) for name, value in (*rows, *_loss(case, words))]


def _loss(case: Case, words: Words) -> list[Row]:
    """Until when the card is protected, and what was applied for."""
    rows: list[Row] = []
    loss, application = case.temporary_loss, case.application
    if loss is not None:
        until = words.moment(loss.until) if loss.until else words.say("citizen.until_decided")
        rows.append((words.say("citizen.protected_until"), until))
    if application is not None:
        said = words.say(
            "citizen.application_state",
            kind=words.of(application.kind),
            state=words.of(application.state),
            number=application.number,
        )
        rows.append((words.say("citizen.application"), said))
    return rows


def _e_card_state(case: Case, words: Words) -> State:
    if case.binding_pending:
        return Tone.WARNING, words.say("citizen.e_card_pending")
    if case.e_card is None:
        return Tone.NEUTRAL, words.say("citizen.e_card_none")
    return _E_CARD_TONES[case.e_card.state], words.of(case.e_card.state)


def _e_card(e_card: ECard, words: Words, full: bool) -> list[Row]:
    rows = [
        (words.say("citizen.sign_no"), e_card.sign_no if full else mask_code(e_card.sign_no)),
        (words.say("citizen.sign_level"), words.say(f"citizen.sign_level_{e_card.sign_level}")),
        (words.say("citizen.valid_until"), words.day(e_card.valid_until)),
    ]
    if e_card.claimed_by:
        rows.append((words.say("citizen.claimed_by"), e_card.claimed_by))
    return rows


def _warnings(case: Case, words: Words) -> list[str]:
    if case.reading is None:
        return []
    return [
        words.say(
            "counter.warning",
            field=words.field(warning.field),
            problem=words.of(warning.problem),
        )
        for warning in case.reading.warnings
    ]
