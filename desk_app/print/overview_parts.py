"""The parts of the overview: services open in the city, authorisations given, channels admitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from desk_app.domain.e_card import (
    Authorization,
    Channel,
    ChannelState,
    CityService,
    ServiceGroup,
)
from desk_app.domain.statement import Overview
from desk_app.print import geometry as g
from desk_app.print.body import Body
from desk_app.print.rows import Kind, Row, band
from desk_app.print.template import in_one_line
from desk_app.print.wording import Wording

_NOTHING_BELOW = 40.0
"""Room of a dash and its note below a heading."""


def draw_services(body: Body, overview: Overview | None) -> None:
    """What is open, group by group, with the card forms it is open for."""
    services = overview.services if overview is not None else None
    if services is None:
        _draw_untold(body, "services", "untold")
        return
    wording = body.wording
    offered = [service for service in services if service.open]
    if not offered:
        _draw_untold(body, "services", "no_services")
        return
    counted = wording.say("services_open", open=len(offered), all=len(services))
    paired = any(
        column.field.startswith("second.") for column in wording.template.columns["services"]
    )
    body.headed_table("services", service_rows(offered, wording, 2 if paired else 1), counted)


def draw_authorizations(body: Body, overview: Overview | None) -> None:
    """Who may use the holder's data, and who might."""
    given = overview.authorizations if overview is not None else None
    if overview is None or given is None:
        _draw_untold(body, "authorizations", "untold")
    elif not given:
        word = "no_authorizations" if overview.has_e_card else "no_e_card"
        _draw_untold(body, "authorizations", word)
    else:
        rows = (authorization_row(each, body.wording) for each in given)
        withdraw = body.wording.say("withdraw")
        body.headed_table("authorizations", rows, below=body.note_height(withdraw))
        body.note(withdraw)


def draw_channels(body: Body, overview: Overview | None) -> None:
    """The apps that may hold an e-card."""
    channels = overview.channels if overview is not None else None
    if channels is None:
        _draw_untold(body, "channels", "untold")
        return
    admitted = [each for each in channels if each.state is ChannelState.AUTHORISED]
    if not admitted:
        _draw_untold(body, "channels", "no_channels")
        return
    only = body.wording.say("channels_only")
    rows = (channel_row(each, body.wording) for each in admitted)
    body.headed_table("channels", rows, below=body.note_height(only))
    body.note(only)


def _draw_untold(body: Body, heading: str, word: str) -> None:
    """A dash, and why."""
    body.heading(heading, _NOTHING_BELOW + body.closing)
    body.flow.y -= 2
    body.flow.paragraph(body.wording.missing, g.VALUE)
    body.note(body.wording.say(word))


def service_rows(services: Sequence[CityService], wording: Wording, abreast: int) -> Iterator[Row]:
    """Services below the name of their group, one or two abreast."""
    by_group = sorted(services, key=lambda service: list(ServiceGroup).index(service.group))
    for group, found in groupby(by_group, key=lambda service: service.group):
        listed = list(found)
        title = in_one_line(wording.name("service_group", group))
        yield band(title, "", in_one_line(wording.say("services_count", count=len(listed))))
        half = -(-len(listed) // abreast)
        for pair in zip_longest(*(listed[half * n : half * (n + 1)] for n in range(abreast))):
            cells: dict[str, str] = {}
            for side, service in zip(("first", "second"), pair, strict=False):
                if service is not None:
                    cells |= _service_cells(side, service, wording)
            yield Row(Kind.LINE, cells)


def _service_cells(side: str, service: CityService, wording: Wording) -> dict[str, str]:
    mark = wording.template.words["open_mark"]
    return {
        f"{side}.name": wording.called(service.name, service.name_en),
        f"{side}.physical": mark if service.physical else wording.missing,
        f"{side}.electronic": mark if service.electronic else wording.missing,
    }


def authorization_row(given: Authorization, wording: Wording) -> Row:
    """One authorisation."""
    until = given.until.date() if given.until is not None else None
    return Row(
        Kind.LINE,
        {
            "grantee": wording.text(given.grantee),
            "kind": wording.name("grantee_kind", given.kind),
            "scope": wording.name("scope", given.scope),
            "purpose": wording.text(given.purpose),
            "granted": wording.date(given.granted_at.date()),
            "until": wording.date(until),
            "state": wording.name("authorization_state", given.state),
        },
    )


def channel_row(channel: Channel, wording: Wording) -> Row:
    """One channel."""
    return Row(
        Kind.LINE,
        {
            "name": wording.called(channel.name, channel.name_en),
            "number": wording.text(channel.channel_no),
            "functional": wording.date(channel.functional_test_passed_on),
            "security": wording.date(channel.security_test_passed_on),
        },
    )
