"""The replacement that was ordered last, as an emulated card."""

from dataclasses import replace
from pathlib import Path

import pytest

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.numbers import card_number, identification_code
from desk_app.sandbox.commands import plug
from desk_app.sandbox.factory import NothingOrdered, ordered_card
from desk_app.sandbox.people import person
from desk_app.sandbox.platform import mirror
from desk_app.sandbox.platform.database import Database


def ordered(folder: Path, *cards: RegisteredCard) -> None:
    database = Database(folder)
    with database.transaction() as db:
        for card in cards:
            row = {**vars(card), "status": str(card.state), "valid_until": "2036-11-24"}
            mirror.keep(db, row)
    database.close()


def new(serial: int, state: CardState = CardState.IN_PRODUCTION) -> RegisteredCard:
    old = person("good").cards[0]
    code = identification_code("310000", serial, "0badcafe")
    return replace(
        old, identification_code=code, state=state, replaces=old.identification_code, version=1
    )


def records(folder: Path) -> bytes:
    return b"".join((*ordered_card(folder)._image.ef05, *ordered_card(folder)._image.ef06))


def test_the_card_that_waits_comes_before_the_one_that_was_handed_over(tmp_path: Path) -> None:
    waits, handed_over = new(0x7001), new(0x7002, CardState.NORMAL)
    ordered(tmp_path, person("good").cards[0], waits, handed_over)
    made = records(tmp_path)
    assert bytes.fromhex(waits.identification_code) in made
    assert card_number(0x7001).encode() in made
    assert person("good").holder.name.encode("gb18030") in made
    assert bytes.fromhex("20261125") in made
    assert bytes.fromhex("20361124") in made


def test_without_one_that_waits_it_is_the_last(tmp_path: Path) -> None:
    first, last = new(0x7001, CardState.NORMAL), new(0x7002, CardState.NORMAL)
    ordered(tmp_path, first, last)
    assert bytes.fromhex(last.identification_code) in records(tmp_path)


def test_before_anything_was_ordered_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NothingOrdered):
        ordered_card(tmp_path)
    ordered(tmp_path, person("good").cards[0])
    with pytest.raises(NothingOrdered):
        ordered_card(tmp_path)
    assert plug("ordered", platform=tmp_path) == 1
    assert "approve one first" in capsys.readouterr().err
