"""Money, missing values, templates and lines of text."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app import paths
from desk_app.domain.contribution import ContributionState, Insurance, yuan
from desk_app.domain.errors import BrokenPromise
from desk_app.domain.insured import insured
from desk_app.domain.statement import StatementKind
from desk_app.print import certificate_parts, overview_parts
from desk_app.print.figures import figures_of
from desk_app.print.rows import Kind, Row, account_rows, month_rows, summary_rows
from desk_app.print.template import Template, load
from desk_app.print.template_check import FIELDS
from desk_app.print.wording import Wording, money
from desk_app.print.wrap import wrapped
from desk_app.services.ports import Language
from tests.fakes.statements import IMPRINT, annual, contributions, overview

CHINESE, ENGLISH = Language.CHINESE, Language.ENGLISH
TEMPLATES = paths.resources() / "documents"


@pytest.mark.parametrize(
    ("fen", "printed"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (100, "1.00"),
        (123456789, "1,234,567.89"),
        (-123400, "-1,234.00"),
    ],
)
def test_money_is_printed_to_the_fen(fen: int, printed: str) -> None:
    assert money(fen) == printed


@given(st.integers(-(10**18), 10**18))
def test_money_is_exact(fen: int) -> None:
    assert Decimal(money(fen).replace(",", "")) == yuan(fen)


@pytest.fixture(params=list(StatementKind))
def template(request: pytest.FixtureRequest) -> Template:
    return load(TEMPLATES, request.param, Language.CHINESE)


@pytest.mark.parametrize("large_print", [False, True])
@pytest.mark.parametrize("kind", list(StatementKind))
def test_every_column_of_a_template_has_something_to_show(
    kind: StatementKind, large_print: bool
) -> None:
    template = load(TEMPLATES, kind, Language.BOTH, large_print)
    for name, columns in template.columns.items():
        known = FIELDS["imprint" if name == "desk" else name]
        assert {column.field for column in columns} <= known, name


def test_every_field_that_a_city_may_choose_is_filled() -> None:
    wording = Wording(load(TEMPLATES, StatementKind.OVERVIEW, Language.CHINESE))
    content, told = contributions("good", 202601, 202610), overview()
    figures = figures_of(content.contributions)

    def fields(rows: Iterable[Row]) -> set[str]:
        return {field for row in rows if row.kind is not Kind.BAND for field in row.cells}

    assert told.services is not None
    assert told.channels is not None
    assert told.authorizations is not None
    months = [*month_rows(figures, wording), *month_rows(figures, wording, stacked=True)]
    certificate = Wording(load(TEMPLATES, StatementKind.INSURED, Language.CHINESE))
    found = insured(content.contributions, 202611)
    services = overview_parts.service_rows(told.services, wording, 2)
    assert {
        "imprint": set(wording.imprint(IMPRINT, content.data_as_of)),
        "holder": set(wording.holder(content)),
        "summary": fields(summary_rows(figures, wording)),
        "account": fields(account_rows([2026], content.pension_years, wording)),
        "months": fields(months),
        "insured": fields(certificate_parts.insured_rows(found, certificate)),
        "employer_now": set(certificate_parts.employer_fields(None, certificate)),
        "services": fields(services),
        "authorizations": set(
            overview_parts.authorization_row(told.authorizations[0], wording).cells
        ),
        "channels": set(overview_parts.channel_row(told.channels[0], wording).cells),
    } == FIELDS


def test_a_template_says_the_same_in_both_languages() -> None:
    for kind in StatementKind:
        chinese, english = (load(TEMPLATES, kind, language) for language in (CHINESE, ENGLISH))
        assert chinese.words.keys() == english.words.keys()
        for table, columns in chinese.columns.items():
            assert [c.field for c in columns] == [c.field for c in english.columns[table]]
        assert set(chinese.insurances) == {insurance.name.lower() for insurance in Insurance}
        assert set(chinese.marks) == set(chinese.states) == set(ContributionState)


def test_a_broken_template_is_said_to_be_broken(tmp_path: Path) -> None:
    (tmp_path / "common.toml").write_text("version =")
    with pytest.raises(BrokenPromise, match="annual"):
        load(tmp_path, StatementKind.ANNUAL, Language.CHINESE)


def test_a_missing_field_prints_as_a_dash(template: Template) -> None:
    content = annual("good", 2025, sex=None, birth_date=None)
    fields = Wording(template).holder(content)
    assert (fields["sex"], fields["birth_date"]) == ("—", "—")


def test_a_year_without_an_account_prints_dashes(template: Template) -> None:
    (row,) = account_rows([2025], [], Wording(template))
    assert row.cells["year"] == "2025"
    assert {text for field, text in row.cells.items() if field != "year"} == {"—"}


def test_the_period_is_named_in_the_title(template: Template) -> None:
    content = contributions("good", 202503, 202611)
    said = Wording(template).about("{first}|{last}|{first_year}|{as_of}", content)
    assert said == "2025-03|2026-11|2025|2026-11-23"


def each_one(text: str) -> float:
    return float(len(text))


@given(st.text(alphabet="中国·，AB 1", max_size=40), st.integers(3, 12))
def test_wrapping_loses_nothing_and_stays_within_the_line(text: str, width: int) -> None:
    lines = wrapped(text, width, each_one)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)


def test_words_stay_whole_and_closing_marks_end_a_line() -> None:
    assert wrapped("ANNA MARIA EXEMPEL", 11, each_one) == ["ANNA MARIA", "EXEMPEL"]
    assert wrapped("买买提·吐尔逊", 3, each_one) == ["买买", "提·吐", "尔逊"]
    assert wrapped("", 5, each_one) == [""]
