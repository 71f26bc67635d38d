"""Every kind of statement in every language and both sizes of type, for the people who are hard to print."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from desk_app import paths
from desk_app.domain.statement import Overview, StatementContent, StatementKind
from desk_app.print.documents import StatementDocuments
from desk_app.print.wording import money
from desk_app.services.ports import Document, Language
from tests.fakes.statements import IMPRINT, SERIAL, annual, contributions, overview, whole

LONGEST = "买买提依明·阿布都克里木·吐尔逊·艾合买提江·肉孜"
RARE = "王𬍛𠅤𰻞㛃"
INSURED, ACCOUNT = StatementKind.INSURED, StatementKind.PENSION_ACCOUNT
OVERVIEW = StatementKind.OVERVIEW

CASES = {
    "annual": annual("good", 2026),
    "annual, long name": annual("long_name", 2025, name=LONGEST),
    "annual, nothing": annual("nothing", 2025),
    "contributions": contributions("good", 202401, 202610),
    "contributions, Latin name": contributions("foreigner", 202601, 202610),
    "certificate": whole(INSURED, "good"),
    "certificate, rare name": whole(INSURED, "rare_name", name=RARE),
    "certificate, stopped": whole(INSURED, "expired"),
    "certificate, nothing": whole(INSURED, "nothing"),
    "account of thirty years": whole(ACCOUNT, "thirty_years"),
    "account, one month": whole(ACCOUNT, "one_month", name=LONGEST),
    "account, nothing": whole(ACCOUNT, "nothing"),
    "overview": whole(OVERVIEW, "good"),
    "overview, platform down": replace(
        whole(OVERVIEW, "good"), overview=Overview(None, None, None, True)
    ),
    "overview, no e-card": replace(
        whole(OVERVIEW, "long_name"), overview=Overview((), (), (), False)
    ),
}

_BOX = re.compile(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<')


def drawn(
    documents: StatementDocuments,
    content: StatementContent,
    language: Language,
    large_print: bool = False,
) -> Document:
    return documents.statement(content, IMPRINT, language, large_print=large_print)


def text_of(pdf: bytes, *options: str) -> str:
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("large_print", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
def test_every_page_is_whole(
    documents: StatementDocuments, case: str, language: Language, large_print: bool
) -> None:
    content = CASES[case]
    document = drawn(documents, content, language, large_print)
    assert document.unprintable == ()
    pages = text_of(document.pdf, "-bbox").split("<page ")[1:]
    assert len(pages) == document.pages
    for page in pages:
        boxes = [(*map(float, found[:4]), found[4]) for found in _BOX.findall(page)]
        assert all(
            left >= 44 and right <= 551.8 and top >= 28 and bottom <= 817
            for left, top, right, bottom, _ in boxes
        )
        assert not overlaps([(left, top, right, bottom) for left, top, right, bottom, _ in boxes])
        said = "".join(text for *_, text in boxes)
        assert SERIAL in said
        assert content.holder.id_number in said
        assert squeezed(content.holder.name) in squeezed(said)


def overlaps(boxes: list[tuple[float, float, float, float]]) -> list[tuple[float, ...]]:
    """Words that lie on another one by more than a point, where both are on one line."""
    found = []
    for index, (left, top, right, bottom) in enumerate(boxes):
        middle = (top + bottom) / 2
        found += [
            (left, top, *other)
            for other in boxes[index + 1 :]
            if other[1] < middle < other[3] and min(right, other[2]) - max(left, other[0]) > 1
        ]
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_document_in_both_languages_says_what_each_one_says(
    documents: StatementDocuments, case: str
) -> None:
    content = CASES[case]
    both = squeezed(text_of(drawn(documents, content, Language.BOTH).pdf, "-raw"))
    heads = {
        Language.CHINESE: ("编号", "验证码", "服务大厅", "经办人工号"),
        Language.ENGLISH: ("Verificationcode", "Servicehall", "Clerknumber"),
    }
    for language, words in heads.items():
        alone = squeezed(text_of(drawn(documents, content, language).pdf, "-raw"))
        for word in words:
            assert word in alone
            assert word in both


def test_large_print_is_larger(documents: StatementDocuments) -> None:
    def height(large_print: bool) -> float:
        pdf = drawn(documents, CASES["certificate"], Language.CHINESE, large_print).pdf
        boxes = _BOX.findall(text_of(pdf, "-bbox"))
        (found,) = {
            round(float(bottom) - float(top), 1)
            for _, top, _, bottom, text in boxes
            if text == "310104028"
        }
        return found

    assert height(True) == pytest.approx(1.4 * height(False), rel=0.02)


@pytest.mark.parametrize("large_print", [False, True])
def test_which_template_was_used_is_told(documents: StatementDocuments, large_print: bool) -> None:
    document = drawn(documents, CASES["certificate"], Language.ENGLISH, large_print)
    assert document.template_version == ("1 large" if large_print else "1")


def test_months_in_large_print_have_every_amount(documents: StatementDocuments) -> None:
    content = CASES["contributions"]
    words = text_of(drawn(documents, content, Language.CHINESE, True).pdf, "-raw").split()
    for row in content.contributions:
        assert {money(row.base_fen), money(row.employer_fen)} <= set(words)
        assert row.insurance == 4 or money(row.personal_fen) in words


def test_the_certificate_says_how_every_insurance_stands(documents: StatementDocuments) -> None:
    said = text_of(drawn(documents, CASES["certificate"], Language.ENGLISH).pdf, "-layout")
    lines = [line.split() for line in said.splitlines()]
    assert ["Pension", "Insured", "2010-07", "2026-10", "191"] in lines
    stopped = text_of(drawn(documents, CASES["certificate, stopped"], Language.ENGLISH).pdf)
    assert "Not insured now" in stopped
    assert "No employer has reported" in stopped
    nothing = text_of(drawn(documents, CASES["certificate, nothing"], Language.ENGLISH).pdf)
    assert nothing.count("Never insured") == 4


def test_the_account_has_every_year_and_their_sum(documents: StatementDocuments) -> None:
    content = CASES["account of thirty years"]
    pdf = drawn(documents, content, Language.CHINESE).pdf
    said = text_of(pdf, "-layout")
    lines = [line.split() for line in said.splitlines()]
    for year in content.account_history:
        assert [
            str(year.year),
            money(year.opening_fen),
            str(year.months),
            money(year.credited_fen),
            money(year.interest_fen),
            money(year.closing_fen),
            str(year.months_total),
        ] in lines
    credited = sum(year.credited_fen for year in content.account_history)
    interest = sum(year.interest_fen for year in content.account_history)
    months = sum(year.months for year in content.account_history)
    closing = content.account_history[-1].closing_fen
    assert credited + interest == closing
    total = ["合计", "—", str(months), money(credited), money(interest), money(closing)]
    assert any(line[:6] == total for line in lines)


def test_the_overview_lists_what_is_open_and_what_was_authorised(
    documents: StatementDocuments,
) -> None:
    told, said = overview(), text_of(drawn(documents, CASES["overview"], Language.CHINESE).pdf)
    assert told.services is not None
    assert told.authorizations is not None
    for service in told.services:
        assert (service.name in squeezed(said)) is service.open
    for given in told.authorizations:
        assert given.grantee in said
    assert "申城支付" in said
    assert "旧城通" not in said


def test_what_the_platform_does_not_tell_is_a_dash_with_a_note(
    documents: StatementDocuments,
) -> None:
    pdf = drawn(documents, CASES["overview, platform down"], Language.ENGLISH).pdf
    said = text_of(pdf)
    assert said.count("—\nThe national platform does not answer now") == 3
    without = text_of(drawn(documents, CASES["overview, no e-card"], Language.ENGLISH).pdf)
    assert "You have no electronic social security card" in without
    assert "No service is open" in without
    assert "No channel is admitted" in without


def test_a_city_s_own_documents_are_drawn_with_its_logo(
    documents: StatementDocuments, tmp_path: Path
) -> None:
    (tmp_path / "common.toml").write_text(
        'version = 7\nlogo = "own.svg"\n[words]\nlaw = { zh_CN = "苏州印制", en = "Suzhou" }'
    )
    (tmp_path / "own.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0 H10 V10 Q5 5 0 10 Z"/></svg>'
    )
    own = StatementDocuments(paths.fonts(), city=tmp_path)
    document = own.statement(CASES["certificate"], IMPRINT, Language.CHINESE)
    assert document.template_version == f"1+{tmp_path.name}-7"
    said = text_of(document.pdf, "-bbox")
    assert "苏州印制" in said
    usual = text_of(drawn(documents, CASES["certificate"], Language.CHINESE).pdf, "-bbox")
    left = [float(box[0]) for box in _BOX.findall(said) if box[4] == "社会保险参保证明"]
    was = [float(box[0]) for box in _BOX.findall(usual) if box[4] == "社会保险参保证明"]
    assert left[0] > was[0] + 40
