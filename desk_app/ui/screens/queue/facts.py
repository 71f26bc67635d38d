"""What the workspace says about applications, in words and masked where it should be. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from desk_app.domain.application import (
    Applicant,
    ApplicantKind,
    Application,
    ApplicationKind,
    ApplicationState,
    ReplacementReason,
)
from desk_app.domain.card import RegisteredCard
from desk_app.domain.decision import Consequence
from desk_app.domain.e_card import ECard
from desk_app.domain.holder import Holder
from desk_app.domain.masking import mask_code, mask_id_number
from desk_app.services.decisions import CaseFile
from desk_app.ui.scene import Tone
from desk_app.ui.words import Words

Row = tuple[str, str]

_TONES = {
    ApplicationState.FILED: Tone.INFO,
    ApplicationState.APPROVED: Tone.GOOD,
    ApplicationState.COMPLETED: Tone.GOOD,
    ApplicationState.REJECTED: Tone.WARNING,
}
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def state_of(application: Application, words: Words) -> tuple[Tone, str]:
    """The state in a word, with its tone."""
    return _TONES[application.state], words.of(application.state)


def age(since: datetime, now: datetime, words: Words) -> str:
    """How long ago, in the two largest units that say something."""
    passed = max(now - since, timedelta())
    minutes = int(passed.total_seconds()) // 60
    if passed < _HOUR:
        return words.say("queue.age_minutes", minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if passed < _DAY:
        return words.say("queue.age_hours", hours=hours, minutes=minutes)
    days, hours = divmod(hours, 24)
    return words.say("queue.age_days", days=days, hours=hours)


def filed_rows(application: Application, words: Words) -> list[Row]:
    """What was filed, when, where and by whom."""
    filed = words.say(
        "queue.at_window",
        at=words.moment(application.filed_at),
        window=application.window,
        operator=application.filed_by,
    )
    rows = [
        (words.say("queue.said"), _reason(application, words)),
        (words.say("queue.filed"), filed),
        (words.say("queue.card_before"), words.of(application.card_state)),
        (words.say("queue.assigned"), assigned(application, words)),
    ]
    return [row for row in rows if row[1]]


def applicant_rows(applicant: Applicant, words: Words, *, full: bool) -> list[Row]:
    """Who applies, and with which papers."""
    rows = [(words.say("queue.applicant"), words.of(applicant.kind))]
    if applicant.kind is not ApplicantKind.HOLDER:
        number = applicant.id_number or ""
        rows += [
            (words.field("name"), applicant.name or ""),
            (words.say("queue.applicant_number"), number if full else mask_id_number(number)),
            (words.say("queue.papers"), applicant.authorisation or ""),
        ]
    return rows


def holder_rows(holder: Holder, words: Words, *, full: bool) -> list[Row]:
    """The holder, masked unless asked for in full."""
    number = holder.id_number if full else mask_id_number(holder.id_number)
    rows = [
        (words.field("id_number"), number),
        (words.field("sex"), words.coded("sex", holder.sex)),
        (words.field("birth_date"), words.day(holder.birth_date)),
        (words.field("birthplace"), words.region(holder.birthplace or "")),
    ]
    return [row for row in rows if row[1]]


def card_rows(file: CaseFile, words: Words, *, full: bool) -> list[Row]:
    """The card that it is about, and the holder's other ones."""
    card = file.card
    rows = [
        (words.field("card_number"), card.card_number if full else mask_code(card.card_number)),
        (words.say("queue.card_now"), words.of(card.state)),
        (words.field("issued_on"), words.day(card.issued_on)),
        (words.field("valid_until"), words.day(card.valid_until)),
    ]
    others = [one for one in file.cards if one.identification_code != card.identification_code]
    rows += [(words.say("queue.other_card"), _other(one, words)) for one in others]
    return [row for row in rows if row[1]]


def e_card_rows(e_card: ECard | None, words: Words, *, full: bool) -> list[Row]:
    """The e-card on it, or that there is none."""
    if e_card is None:
        return [(words.say("citizen.e_card"), words.say("citizen.e_card_none"))]
    rows = [
        (words.say("citizen.e_card"), words.of(e_card.state)),
        (words.say("citizen.sign_no"), e_card.sign_no if full else mask_code(e_card.sign_no)),
        (words.say("citizen.claimed_by"), e_card.claimed_by or ""),
    ]
    return [row for row in rows if row[1]]


def history_steps(history: Sequence[Application], words: Words) -> list[Row]:
    """The holder's other applications, the oldest first: when, and what became of them."""
    return [
        (
            words.day(one.filed_at.astimezone()),
            words.say("queue.past", kind=words.of(one.kind), state=words.of(one.state)),
        )
        for one in sorted(history, key=lambda each: each.filed_at)
    ]


def consequence_lines(file: CaseFile, words: Words) -> list[str]:
    """What approval will bring about, in sentences."""
    lines = []
    for each in file.consequences:
        lines.append(words.say(f"queue.after.{each.change}"))
        if file.e_card is not None:
            lines += _after(each, file.application.kind, words)
    if file.e_card is None and lines:
        lines.append(words.say("queue.after.no_e_card"))
    return lines


def decision_rows(application: Application, words: Words) -> list[Row]:
    """What was decided, when, by whom, and why; nothing while it waits."""
    decision = application.decision
    if decision is None:
        return []
    decided = words.say(
        "queue.at_window",
        at=words.moment(decision.at),
        window=decision.window,
        operator=decision.operator_number,
    )
    rows = [
        (words.say("queue.outcome"), words.of(application.state)),
        (words.say("queue.decided"), decided),
        (words.say("queue.why"), decision.reason),
    ]
    if application.kind is ApplicationKind.FORMAL_LOSS and not decision.approved:
        lifted = "lifted" if decision.lift_protection else "kept"
        rows.append((words.say("queue.protection"), words.say(f"queue.protection_{lifted}")))
    return [row for row in rows if row[1]]


def assigned(application: Application, words: Words) -> str:
    """Who has taken it, "" for nobody."""
    number = application.assigned_to
    return words.say("queue.assigned_to", operator=number) if number else ""


def _reason(application: Application, words: Words) -> str:
    if application.kind is ApplicationKind.REPLACEMENT:
        try:
            return words.of(ReplacementReason(application.reason))
        except ValueError:
            return application.reason
    return application.reason


def _other(card: RegisteredCard, words: Words) -> str:
    code, state = mask_code(card.identification_code), words.of(card.state)
    return words.say("format.colon", name=code, value=state)


def _after(each: Consequence, kind: ApplicationKind, words: Words) -> list[str]:
    if each.e_card is not None:
        return [words.say(f"queue.after.e_card_{each.e_card}")]
    return [words.say("queue.after.e_card_works")] if kind is ApplicationKind.RELEASE else []
