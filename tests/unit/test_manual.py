"""What the manual and the operations page say is what the product does: they change together."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from desk_app.commands import doctor
from desk_app.domain.activation import Condition
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import DeskError
from desk_app.domain.verbs import Verb
from desk_app.services.contribution_import import COLUMNS
from desk_app.settings import Settings
from desk_app.ui.screens.counter.verbs_panel import _KEYS
from desk_app.ui.words import Words, _catalogue, placeholders
from tests.fixtures.errors import domain_errors

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MANUALS = {"zh": "zh_CN", "en": "en"}
NEVER_SHOWN = {
    (Condition.STATE, "fails"),  # the register's state is shown instead
    (Condition.REGISTERED, "unknown"),  # a card is in the register or it is not
}
BOTH = pytest.mark.parametrize("manual", MANUALS)


def text_of(manual: str) -> str:
    return "\n".join(
        page.read_text("utf-8") for page in sorted((DOCS / "manual" / manual).glob("*.md"))
    )


def error_codes() -> set[str]:
    return {DeskError.code} | {kind.code for kind in domain_errors()}


def row_of_error(code: str, words: Words) -> str:
    message = words.say(f"error.{code}.message")
    message = message.format(**dict.fromkeys(placeholders(message), "…"))
    return f"| {message} | {words.say(f'error.{code}.next_step')} | `{code}` |"


def row_of_verb(verb: Verb, words: Words) -> str:
    return f"| {words.say(f'verb.{verb}.name')} | {_KEYS[verb]} |"


@BOTH
def test_the_manual_explains_every_error_in_the_windows_words(manual: str) -> None:
    text, words = text_of(manual), Words(MANUALS[manual])
    missing = [
        row for code in sorted(error_codes()) if (row := row_of_error(code, words)) not in text
    ]
    assert not missing, "\n".join(missing)


@BOTH
def test_the_manual_names_every_verb_with_its_key(manual: str) -> None:
    text, words = text_of(manual), Words(MANUALS[manual])
    missing = [row for verb in Verb if (row := row_of_verb(verb, words)) not in text]
    assert not missing, "\n".join(missing)


@BOTH
def test_the_manual_explains_every_state_and_condition(manual: str) -> None:
    text, words = text_of(manual), Words(MANUALS[manual])
    said = [words.of(state) for kind in (CardState, ECardState) for state in kind]
    said += [
        words.say(f"condition.{condition}.{found}")
        for condition in Condition
        for found in ("holds", "fails", "unknown")
        if (condition, found) not in NEVER_SHOWN
    ]
    assert not [word for word in said if f"**{word}**" not in text]


@BOTH
def test_what_is_bold_in_the_manual_is_what_the_screen_says(manual: str) -> None:
    bold = set(re.findall(r"\*\*(.+?)\*\*", text_of(manual)))
    assert bold
    assert not bold - set(_catalogue(MANUALS[manual]).all().values())


def test_both_manuals_have_the_same_pages() -> None:
    pages = [{page.name for page in (DOCS / "manual" / manual).glob("*.md")} for manual in MANUALS]
    assert pages[0] == pages[1]


def test_the_operations_page_has_every_setting_with_its_default_and_variable() -> None:
    text, settings = (DOCS / "operations.md").read_text("utf-8"), Settings()
    for section in fields(settings):
        values = getattr(settings, section.name)
        for key in fields(values):
            default = getattr(values, key.name)
            shown = f"`{default}`" if default else "*(empty)*"
            variable = f"DESK_APP_{section.name}__{key.name}".upper()
            assert f"| `[{section.name}] {key.name}` | {shown} | `{variable}` |" in text


def test_the_operations_page_has_every_check_of_the_doctor_and_every_column_of_an_import() -> None:
    text = (DOCS / "operations.md").read_text("utf-8")
    for check in doctor._CHECKS:
        assert f"| `{check}` |" in text
    for column in COLUMNS:
        assert f"`{column}`" in text


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
    for page in pages:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            if "://" in target or target.endswith(".png"):  # pictures are of a released version
                continue
            path, _, anchor = target.partition("#")
            found = page.parent / path if path else page
            assert found.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors_of(found), f"{page.name}: {target}"


def anchors_of(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
