"""`desk-app card`: what the card in the reader says, once."""

from __future__ import annotations

import argparse
import time
from typing import Any

from desk_app.app import Counter
from desk_app.commands import card_report, terminal
from desk_app.domain.card import CardReading
from desk_app.domain.errors import DeskError, NoCard
from desk_app.ui.words import current, say

_PAUSE = 0.1


def run(arguments: argparse.Namespace) -> int:
    """Read the card and print it; exit status 1 with the error when it cannot be read."""
    try:
        with terminal.counter(arguments) as counter:
            reading = _read(counter, arguments.reader, arguments.wait)
            services, desk = counter.services, terminal.desk(counter)
            known = counter.lanes.submit(services.identification.known_of, desk, reading).result()
    except DeskError as error:
        if not arguments.json:
            raise
        terminal.print_json(card_report.failure(error))
        return 1
    told = card_report.report(reading, *known)
    if arguments.json:
        terminal.print_json(told)
    else:
        _print_words(told)
    return 0


def _read(counter: Counter, reader: str | None, wait: float) -> CardReading:
    """Read, waiting a moment for a card that is only just being put in."""
    end = time.monotonic() + wait
    while True:
        try:
            return counter.lanes.submit(counter.services.identification.read_card, reader).result()
        except NoCard:
            if time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)


def _print_words(told: dict[str, Any]) -> None:
    words = current()
    flat = {**told, **told["card"], **told["holder"]}
    for name, value in flat.items():
        if not isinstance(value, dict | list):
            print(f"{words.field(name)}: {'—' if value is None else value}")
    for warning in told["warnings"]:
        print(say("cli.warning", warning=warning))
    if told["e_card"]:
        print(f"{words.field('e_card')}: {told['e_card']['sign_no']} {told['e_card']['status']}")
