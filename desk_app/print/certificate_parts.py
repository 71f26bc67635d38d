"""The parts of the insured certificate: what somebody is insured in, and who reports them now."""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.domain.contribution import month_of
from desk_app.domain.insured import EmployerNow, Insured, employer_now, insured
from desk_app.domain.statement import StatementContent
from desk_app.print import geometry as g
from desk_app.print.body import Body
from desk_app.print.rows import Kind, Row
from desk_app.print.wording import Wording


def draw_certified(body: Body, content: StatementContent) -> None:
    """The sentence that certifies, and the insurances."""
    body.flow.y -= g.SECTION_GAP
    as_of = body.wording.date(content.data_as_of)
    name = body.wording.text(content.holder.name)
    body.flow.paragraph(body.wording.say("certified", name=name, date=as_of), g.BODY)
    found = insured(content.contributions, month_of(content.data_as_of))
    counted = body.wording.say("counted")
    rows = insured_rows(found, body.wording)
    body.headed_table("insured", rows, below=body.note_height(counted))
    body.note(counted)


def draw_employer(body: Body, content: StatementContent) -> None:
    """Who reports the person now; dashes and a note when nobody does."""
    wording = body.wording
    now = employer_now(content.contributions, month_of(content.data_as_of))
    body.heading("employer_now", 50 + body.closing)
    body.strip("employer_now", employer_fields(now, wording))
    if now is None:
        body.note(wording.say("no_employer"))


def employer_fields(now: EmployerNow | None, wording: Wording) -> dict[str, str]:
    """Who it is; dashes when there is none."""
    return {
        "name": wording.text(now.name if now else None),
        "number": wording.text(now.number if now else None),
        "since": wording.month(now.since) if now else wording.missing,
    }


def insured_rows(found: tuple[Insured, ...], wording: Wording) -> Iterator[Row]:
    """Every insurance as it stands."""
    for each in found:
        yield Row(
            Kind.LINE,
            {
                "insurance": wording.template.insurances[each.insurance.name.lower()],
                "standing": wording.name("standing", each.standing),
                "first": wording.month(each.first) if each.first else wording.missing,
                "last": wording.month(each.last) if each.last else wording.missing,
                "months": str(each.months) if each.first else wording.missing,
            },
        )
