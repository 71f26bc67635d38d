"""A city's own folder: what it may change, and what stops the counter with a word about where."""

from pathlib import Path

import pytest

from desk_app import app, paths
from desk_app.domain.errors import BadSettings
from desk_app.domain.statement import StatementKind
from desk_app.print.city import check_city
from desk_app.print.template import Section, load
from desk_app.services.ports import Language
from desk_app.settings import DocumentSettings, Settings

PRODUCT = paths.resources() / "documents"
CHINESE = Language.CHINESE

COMMON = """
version = 3
logo = "logo.svg"

[words]
law = { zh_CN = "苏州印制。", en = "Printed in Suzhou." }
page = { zh_CN = "{pages}-{page}", en = "{page}/{pages}" }

[columns]
summary = [
    { field = "insurance", width = 30, align = "left", wrap = true, zh_CN = "险种", en = "Insurance" },
    { field = "all", width = 20, group = "amounts", zh_CN = "合计", en = "Total" },
]
"""

ANNUAL = """
title = { zh_CN = "苏州市权益单", en = "Suzhou Statement" }
sections = ["holder", "months", "summary"]
"""

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">
<rect x="0" y="0" width="40" height="4"/>
<path d="M0 20 L20 6 L40 20 Z"/><circle cx="20" cy="14" r="2"/>
<path d="M4 20 Q 6 8 10 20 Z"/></svg>"""


@pytest.fixture
def suzhou(tmp_path: Path) -> Path:
    folder = tmp_path / "suzhou"
    folder.mkdir()
    (folder / "common.toml").write_text(COMMON, encoding="utf-8")
    (folder / "annual.toml").write_text(ANNUAL, encoding="utf-8")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    return folder


def test_a_city_changes_words_order_columns_and_logo(suzhou: Path) -> None:
    check_city(suzhou)
    own = load(PRODUCT, StatementKind.ANNUAL, CHINESE, False, suzhou)
    usual = load(PRODUCT, StatementKind.ANNUAL, CHINESE)
    assert own.title == "苏州市权益单"
    assert own.subtitle == usual.subtitle
    assert own.words["law"] == "苏州印制。"
    assert own.words["verify"] == usual.words["verify"]
    assert own.sections == (Section.HOLDER, Section.MONTHS, Section.SUMMARY)
    assert [column.field for column in own.columns["summary"]] == ["insurance", "all"]
    assert own.columns["months"] == usual.columns["months"]
    assert own.logo is not None
    assert own.logo.width == pytest.approx(2)
    assert usual.logo is None


def test_what_is_common_to_a_city_is_in_every_kind(suzhou: Path) -> None:
    own = load(PRODUCT, StatementKind.OVERVIEW, Language.BOTH, False, suzhou)
    assert own.words["law"] == "苏州印制。\nPrinted in Suzhou."
    assert own.title == load(PRODUCT, StatementKind.OVERVIEW, Language.BOTH).title


def test_the_version_names_the_product_s_the_city_s_and_large_print(suzhou: Path) -> None:
    kind = StatementKind.ANNUAL
    assert load(PRODUCT, kind, CHINESE).version == "1"
    assert load(PRODUCT, kind, CHINESE, True).version == "1 large"
    assert load(PRODUCT, kind, CHINESE, False, suzhou).version == "1+suzhou-3"
    assert load(PRODUCT, kind, CHINESE, True, suzhou).version == "1+suzhou-3 large"


def test_what_a_city_says_in_two_languages_takes_the_place_of_what_both_said(
    tmp_path: Path,
) -> None:
    kind = StatementKind.ANNUAL
    (tmp_path / "common.toml").write_text("version = 1")
    (tmp_path / "annual.toml").write_text('subtitle = { zh_CN = "甲", en = "A" }')
    check_city(tmp_path)
    assert load(PRODUCT, kind, Language.BOTH, False, tmp_path).subtitle == "甲\nA"


COLUMN = '[columns]\nsummary = [{{ {} zh_CN = "甲", en = "A" }}]'


@pytest.mark.parametrize(
    ("file", "content", "key", "reason"),
    [
        ("common.toml", "version = 0", "version", "not_a_number"),
        ("common.toml", "version = true", "version", "not_a_number"),
        ("common.toml", "version =", "", "not_toml"),
        ("common.toml", "", "version", "missing"),
        ("common.toml", 'title = { zh_CN = "甲", en = "A" }', "title", "unknown_key"),
        ("common.toml", "logo = 3", "logo", "not_text"),
        ("common.toml", 'words = "x"', "words", "not_a_section"),
        ("common.toml", '[words]\nlaws = "x"', "words.laws", "unknown_key"),
        ("common.toml", "[words]\nlaw = 3", "words.law", "not_text"),
        ("common.toml", '[words]\nlaw = { zh_CN = "甲" }', "words.law", "not_in_both_languages"),
        (
            "common.toml",
            '[words]\npage = { zh_CN = "{seite}", en = "{page}" }',
            "words.page",
            "unknown_blank",
        ),
        ("common.toml", "columns = 3", "columns", "not_a_section"),
        ("common.toml", "[columns]\nsums = []", "columns.sums", "unknown_key"),
        ("common.toml", "[columns]\nsummary = []", "columns.summary", "not_a_list"),
        ("common.toml", "[columns]\nsummary = [1]", "columns.summary[1]", "not_a_section"),
        (
            "common.toml",
            COLUMN.format('field = "paidd", width = 1,'),
            "columns.summary[1].field",
            "not_a_choice",
        ),
        (
            "common.toml",
            COLUMN.format('field = "paid", width = 0,'),
            "columns.summary[1].width",
            "not_a_number",
        ),
        (
            "common.toml",
            '[columns]\nsummary = [{ field = "paid", width = 1, zh_CN = "甲" }]',
            "columns.summary[1]",
            "not_in_both_languages",
        ),
        (
            "common.toml",
            '[columns]\nsummary = [{ field = "paid", width = 1, zh_CN = "甲", en = 3 }]',
            "columns.summary[1]",
            "not_text",
        ),
        (
            "common.toml",
            COLUMN.format('field = "paid", width = 1, bold = 1,'),
            "columns.summary[1].bold",
            "unknown_key",
        ),
        (
            "common.toml",
            COLUMN.format('field = "paid", width = 1, align = "middle",'),
            "columns.summary[1].align",
            "not_a_choice",
        ),
        (
            "common.toml",
            COLUMN.format('field = "paid", width = 1, group = "sums",'),
            "columns.summary[1].group",
            "not_a_choice",
        ),
        ("common.toml", "large = 3", "large", "not_a_section"),
        ("common.toml", "[large]\nwords = 3", "large.words", "unknown_key"),
        ("common.toml", "[large.columns]\nmonths = 3", "large.columns.months", "not_a_list"),
        ("annual.toml", "sections = []", "sections", "not_a_list"),
        ("annual.toml", 'sections = ["holder", "holder"]', "sections", "not_a_list"),
        ("annual.toml", 'sections = ["services"]', "sections", "not_a_choice"),
        ("insured.toml", "[names.standing]\nalive = 3", "names.standing.alive", "unknown_key"),
    ],
)
def test_what_does_not_fit_is_named_with_its_file(
    tmp_path: Path, file: str, content: str, key: str, reason: str
) -> None:
    if file != "common.toml" or (not content.startswith("version") and content):
        head = "" if file != "common.toml" else content + "\n"
        (tmp_path / "common.toml").write_text("version = 1\n" + head, encoding="utf-8")
    if file != "common.toml" or content.startswith("version") or not content:
        (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(BadSettings) as refused:
        check_city(tmp_path)
    found = refused.value
    assert (found.key, found.problem, found.source) == (key, reason, file)


@pytest.mark.parametrize(
    ("logo", "reason"),
    [
        (None, "file_unreadable"),
        ("not a drawing", "not_a_drawing"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "not_a_drawing"),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_named(
    tmp_path: Path, logo: str | None, reason: str
) -> None:
    (tmp_path / "common.toml").write_text('version = 1\nlogo = "own.svg"')
    if logo is not None:
        (tmp_path / "own.svg").write_text(logo)
    with pytest.raises(BadSettings) as refused:
        check_city(tmp_path)
    assert (refused.value.problem, refused.value.source) == (reason, "own.svg")


def test_a_folder_without_common_words_or_with_a_file_of_no_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        check_city(tmp_path)
    assert (refused.value.problem, refused.value.source) == ("file_unreadable", "common.toml")
    (tmp_path / "anual.toml").write_text("")
    with pytest.raises(BadSettings) as refused:
        check_city(tmp_path)
    assert refused.value.source == "anual.toml"


def test_a_counter_does_not_start_with_a_city_s_folder_that_is_not_there(tmp_path: Path) -> None:
    settings = Settings(documents=DocumentSettings(str(tmp_path / "nowhere")))
    with pytest.raises(BadSettings) as refused, app.opened(settings, tmp_path):
        pass
    assert refused.value.key == "documents.templates"
