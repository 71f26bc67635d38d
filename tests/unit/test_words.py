"""Everything the counter can say has words, in both languages, and never a bare code."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

import pytest

import desk_app.domain
from desk_app.domain import errors
from desk_app.domain.card import Authenticity, CardState
from desk_app.domain.e_card import ECard, ECardState
from desk_app.domain.errors import DeskError
from desk_app.domain.verbs import Hindrance, Verb
from desk_app.services import ports
from desk_app.ui import words
from desk_app.ui.words import LANGUAGES, Words, enum_key
from tests.fixtures.errors import domain_errors

BOTH = pytest.mark.parametrize("language", LANGUAGES)


def domain_enums() -> Iterator[type[Enum]]:
    found = [importlib.import_module(f"desk_app.domain.{m.name}") for m in modules()] + [ports]
    for module in found:
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Enum) and kind.__module__ == module.__name__:
                yield kind


def modules() -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(desk_app.domain.__path__)


def texts(language: str) -> dict[str, str]:
    return words._catalogue(language).all()


def test_both_languages_say_the_same_things() -> None:
    chinese, english = texts("zh_CN"), texts("en")
    assert chinese.keys() == english.keys()
    for key in chinese:
        assert chinese[key].strip(), key
        assert english[key].strip(), key


@BOTH
def test_every_member_of_every_enum_has_a_word(language: str) -> None:
    said = Words(language)
    for kind in domain_enums():
        for member in kind:
            key = enum_key(member)
            assert any(said.knows(key + rest) for rest in ("", ".name", ".why")), key


@BOTH
def test_a_risk_hold_says_why_in_words_and_until_when(language: str) -> None:
    held = errors.RiskHold("unusual_location", datetime(2031, 1, 2, tzinfo=UTC))
    told = Words(language).explain(held).detail
    assert "unusual_location" not in told
    assert "2031" in told
    assert "2031" not in Words(language).explain(errors.RiskHold("held")).detail


@BOTH
def test_every_verb_and_hindrance_says_all_that_a_clerk_needs(language: str) -> None:
    said = Words(language)
    for verb in Verb:
        for part in ("name", "busy", "about", "done"):
            assert said.knows(f"verb.{verb}.{part}")
    for hindrance in Hindrance:
        assert said.knows(f"hindrance.{hindrance}.why")
        assert said.knows(f"hindrance.{hindrance}.way_out")


@BOTH
@pytest.mark.parametrize("kind", domain_errors(), ids=lambda kind: kind.__name__)
def test_every_error_says_what_happened_and_what_to_do(
    kind: type[DeskError], language: str
) -> None:
    told = Words(language).explain(kind())
    assert told.message
    assert told.next_step
    assert kind.code not in told.message + told.next_step or "_" not in kind.code
    assert "{" not in told.message + told.next_step + told.detail


def e_card() -> ECard:
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    state = ECardState.ISSUED
    return ECard(
        "9156000012345678",
        1,
        1,
        "3" * 32,
        "1" * 18,
        "310000",
        state,
        None,
        moment,
        date(2036, 1, 1),
        1,
    )


def test_known_facts_are_told_in_words() -> None:
    said = Words("zh_CN")
    busy = said.explain(errors.CardBusy("reader", ("银行助手", "pcsc_scan")))
    assert "银行助手、pcsc_scan" in busy.detail
    assert said.explain(errors.CardBusy("reader")).detail == ""
    assert "实体卡尚未启用" in said.explain(errors.CardNotUsable("card_not_activated")).detail
    assert "社会保障号码" in said.explain(errors.CardDamaged(missing="id_number")).detail
    held = said.explain(errors.AlreadyBound(e_card()))
    assert "***345678" in held.detail
    assert "9156000012345678" not in held.detail


def test_a_refused_verb_tells_why_and_the_way_out() -> None:
    error = errors.NotPossible(Verb.BIND, (Hindrance.CONSENT_FIRST, Hindrance.CARD_LOST))
    told = Words("zh_CN").explain(error)
    assert "签发电子社保卡" in told.message
    assert "持卡人还没同意" in told.detail
    assert "已挂失" in told.detail
    assert "解挂" in told.next_step


@pytest.mark.parametrize(
    ("language", "told"), [("zh_CN", "9 号窗口已于"), ("en", "window 9 was first, at")]
)
def test_a_verb_that_came_too_late_tells_who_was_first(language: str, told: str) -> None:
    late = errors.NotPossible(Verb.BIND, (Hindrance.ALREADY_BOUND,), datetime.now(UTC), "9")
    assert told in Words(language).explain(late).detail


def test_a_bug_is_told_as_one_without_its_inside() -> None:
    told = Words("en").explain(ZeroDivisionError("31010119900101123X"))
    assert "31010119900101123X" not in " ".join((told.message, told.next_step, told.detail))


def test_dates_months_and_codes_read_like_people_write_them() -> None:
    chinese, english = Words("zh_CN"), Words("en")
    assert chinese.day(date(2026, 3, 1)) == "2026年3月1日"
    assert english.day(date(2026, 3, 1)) == "2026-03-01"
    assert chinese.month(202603) == "2026年3月"
    assert chinese.region("310101").startswith("上海市")
    assert chinese.region("990000") == "990000"
    assert chinese.coded("ethnicity", "01") == "汉族"
    assert chinese.coded("ethnicity", "77") == "77"
    assert chinese.day(None) == chinese.moment(None) == ""


def test_enums_are_found_under_their_own_names() -> None:
    assert enum_key(CardState.NORMAL) == "card_state.normal"
    assert enum_key(ECardState.ISSUED) == "e_card_state.issued"
    assert Words("zh_CN").of(Authenticity.GENUINE) == "真卡"
    assert Words("zh_CN").of(Verb.BIND) == "签发电子社保卡"


def test_the_language_of_the_command_line_can_be_chosen() -> None:
    words.set_language("en")
    try:
        assert words.say("verb.bind.name") == "Issue e-card"
        assert "reader" in words.explain(errors.NoReader()).message
    finally:
        words.set_language("zh_CN")
    assert words.say("verb.bind.name") == "签发电子社保卡"


def test_words_need_no_qt() -> None:
    check = "import sys, desk_app.ui.words; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


def test_every_key_in_the_code_has_words() -> None:
    known = texts("zh_CN")
    tables = {key.split(".")[0] for key in known}
    used = set()
    for path in Path(desk_app.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("say", "bind"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    used.add(first.value)
    assert used
    assert {key for key in used if "." in key and key.split(".")[0] in tables} <= known.keys()
