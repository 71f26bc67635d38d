"""Receipts as PDFs, looked at from outside: every kind, in every language, with what is rare or missing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from desk_app import paths
from desk_app.domain.application import ApplicationKind
from desk_app.domain.errors import BadSettings
from desk_app.domain.receipt import ReceiptContent, ReceiptKind
from desk_app.print.city import check_city
from desk_app.print.documents import StatementDocuments
from desk_app.print.qr import qr_path
from desk_app.print.receipt_template import load_receipt
from desk_app.print.receipt_wording import ReceiptWording
from desk_app.services.ports import Document, Language
from tests.fakes import cases
from tests.fakes.receipts import CLAIM_URL, LOSS, decision, receipt
from tests.fakes.statements import CODE, IMPRINT, SERIAL
from tests.integration.print.test_statement_documents import (
    LONGEST,
    RARE,
    UNKNOWN,
    squeezed,
    text_of,
    told,
)

TEMPLATES = paths.resources() / "documents"
REASON = "授权书没有签字，请补签后再来"
CASES = {str(kind): receipt(kind) for kind in ReceiptKind if kind is not ReceiptKind.DECISION}
CASES |= {f"approved {kind}": decision(kind) for kind in ApplicationKind}
CASES |= {
    f"rejected {kind}": decision(kind, approved=False, reason=REASON) for kind in ApplicationKind
}
CASES |= {
    "rejected and protected": decision(
        ApplicationKind.FORMAL_LOSS, approved=False, reason=REASON, loss=LOSS
    ),
    "rejected and lifted": decision(
        ApplicationKind.FORMAL_LOSS, approved=False, reason=REASON, lift=True
    ),
    "no claim code": receipt(ReceiptKind.BINDING, claim=None),
    "nothing but a name": ReceiptContent(
        ReceiptKind.HAND_OVER, cases.holder(), cases.NOW, cases.TODAY
    ),
    "rare name": receipt(ReceiptKind.FORMAL_LOSS, holder=cases.holder(RARE)),
    "long name": receipt(ReceiptKind.FORMAL_LOSS, holder=cases.holder(LONGEST * 2)),
    "unknown character": receipt(ReceiptKind.ACTIVATION, holder=cases.holder(UNKNOWN)),
    "long reason": decision(ApplicationKind.RELEASE, approved=False, reason=REASON * 12),
}


@pytest.fixture(params=list(CASES))
def content(request: pytest.FixtureRequest) -> ReceiptContent:
    return CASES[request.param]


@pytest.fixture
def document(
    documents: StatementDocuments, content: ReceiptContent, language: Language
) -> Document:
    return documents.receipt(content, IMPRINT, language)


def test_it_says_who_it_is_for_and_which_document_it_is(
    document: Document, content: ReceiptContent
) -> None:
    said = squeezed(text_of(document.pdf))
    for text in (content.holder.name, content.holder.id_number, SERIAL, CODE, "310104028"):
        assert squeezed(text) in said
    assert "徐汇区社会保险服务大厅" in said
    assert "None" not in said


def test_it_says_everything_that_its_template_names(
    document: Document, content: ReceiptContent, language: Language
) -> None:
    template = load_receipt(TEMPLATES, content.kind, language)
    said = squeezed(text_of(document.pdf))
    for field in template.facts_of(content.circumstance):
        assert squeezed(template.labels[field]) in said
    for note in template.notes_of(content.circumstance):
        for part in note.split("\n"):
            assert squeezed(part) in said
    headline = template.headline_of(content.circumstance)
    assert squeezed(headline.partition("{")[0]) in said


def test_the_file_is_sound_and_nothing_leaves_the_margins(
    document: Document, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(document.pdf)
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", file)
    for line in told("pdftotext", "-bbox", file, "-").splitlines():
        if "<word " in line:
            edges = [float(each.split('"')[1]) for each in line.split()[1:5]]
            assert edges[0] >= 44.5
            assert edges[2] <= 595.28 - 44.5
            assert edges[3] <= 841.89 - 25


def test_it_is_the_same_again_and_fits_one_page(
    documents: StatementDocuments, document: Document, content: ReceiptContent, language: Language
) -> None:
    assert documents.receipt(content, IMPRINT, language) == document
    assert documents.serial_of(document.pdf) == SERIAL
    roomy = language is Language.BOTH and content.holder.name == LONGEST * 2
    assert document.pages == (2 if roomy else 1)


def test_what_is_too_long_goes_on_on_the_next_page(documents: StatementDocuments) -> None:
    content = CASES["long reason"]
    assert content.application is not None
    assert content.application.decision is not None
    reason = REASON * 120
    longer = replace(content.application.decision, reason=reason)
    content = replace(content, application=replace(content.application, decision=longer))
    document = documents.receipt(content, IMPRINT, Language.CHINESE)
    pages = [squeezed(page) for page in text_of(document.pdf).split("\f")[:-1]]
    assert len(pages) == document.pages == 3
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共3页" in page
        assert cases.ID_NUMBER in page
    assert sum(page.count("没有签字") for page in pages) >= 118  # a page may end within one


def test_a_city_changes_words_order_and_signature(tmp_path: Path) -> None:
    city = tmp_path / "suzhou"
    city.mkdir()
    (city / "common.toml").write_text("version = 4", encoding="utf-8")
    (city / "receipts.toml").write_text(
        """
[fields]
card_number = { zh_CN = "苏州卡号", en = "Suzhou card" }
[kinds.activation]
title = { zh_CN = "苏州启用单", en = "Suzhou Receipt" }
facts.always = ["card_state", "card_number"]
signature = { zh_CN = "领卡人", en = "Received by" }
""",
        encoding="utf-8",
    )
    check_city(city)
    document = StatementDocuments(city=city).receipt(CASES["activation"], IMPRINT, Language.ENGLISH)
    said = text_of(document.pdf)
    assert said.index("State of the card Normal") < said.index("Suzhou card E1234567X")
    assert "Suzhou Receipt" in said
    assert "Received by" in said
    assert "Issued on" not in said.partition("What was done")[2].partition("Please note")[0]
    assert document.template_version.endswith("+suzhou-4")


@pytest.mark.parametrize(
    ("written", "key", "reason"),
    [
        ('facts.always = ["cart_number"]', "facts.always", "not_a_choice"),
        ('facts.always = "card_number"', "facts.always", "not_a_list"),
        ('facts.never = ["card_number"]', "facts.never", "unknown_key"),
        ('headline.always = { zh_CN = "{x}", en = "" }', "headline.always", "unknown_blank"),
        ('notes.always = [{ zh_CN = "请" }]', "notes.always", "not_in_both_languages"),
        ("signature = 1", "signature", "not_text"),
        ("notes = 1", "notes", "not_a_section"),
    ],
)
def test_what_does_not_fit_in_a_city_s_receipts_is_named(
    tmp_path: Path, written: str, key: str, reason: str
) -> None:
    (tmp_path / "common.toml").write_text("version = 1", encoding="utf-8")
    text = f"[kinds.activation]\n{written}"
    (tmp_path / "receipts.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings) as bad:
        check_city(tmp_path)
    error = bad.value
    assert (error.key, error.problem) == (f"kinds.activation.{key}", reason)


def test_what_is_missing_is_a_dash(documents: StatementDocuments) -> None:
    said = text_of(documents.receipt(CASES["nothing but a name"], IMPRINT, Language.ENGLISH).pdf)
    lines = said.splitlines()
    for label in ("Old card —", "New card —", "Application number —", "E-card sign number —"):
        assert label in lines


def test_a_character_without_a_glyph_is_reported(documents: StatementDocuments) -> None:
    document = documents.receipt(CASES["unknown character"], IMPRINT, Language.CHINESE)
    assert document.unprintable == (UNKNOWN[1],)
    assert "U+1AFF0" in text_of(document.pdf)


def test_the_claim_code_of_a_binding_is_drawn_beside_the_verification_code(
    documents: StatementDocuments,
) -> None:
    def modules(text: str) -> str:
        return "\n".join(qr_path(text, 0, 0, 1).splitlines()[1:])

    drawn = content_of(documents.receipt(CASES["binding"], IMPRINT, Language.CHINESE).pdf)
    assert modules(CLAIM_URL) in drawn
    without = content_of(documents.receipt(CASES["no claim code"], IMPRINT, Language.CHINESE).pdf)
    assert modules(CLAIM_URL) not in without


def content_of(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]


def test_only_what_needs_one_has_a_line_for_a_signature(documents: StatementDocuments) -> None:
    signed = {
        kind for kind in ReceiptKind if load_receipt(TEMPLATES, kind, Language.CHINESE).signature
    }
    assert signed == set(ReceiptKind) - {
        ReceiptKind.ACTIVATION,
        ReceiptKind.BINDING,
        ReceiptKind.DECISION,
    }
    said = text_of(documents.receipt(CASES["cancellation"], IMPRINT, Language.ENGLISH).pdf)
    assert "Signature of the applicant" in said


@pytest.mark.parametrize("kind", ReceiptKind)
def test_every_field_and_blank_of_a_template_is_known(
    kind: ReceiptKind, language: Language
) -> None:
    template = load_receipt(TEMPLATES, kind, language)
    whole = replace(CASES["hand_over"], kind=kind, loss=LOSS, claim=CASES["binding"].claim)
    decided = decision(ApplicationKind.REPLACEMENT).application
    given = CASES["withdrawal"].authorization
    whole = replace(whole, application=decided, authorization=given)
    fields = ReceiptWording(whole, template, None).fields()
    assert template.labels.keys() <= fields.keys()
    for circumstance in {*template.facts, *template.notes, *template.headlines}:
        assert set(template.facts_of(circumstance)) <= fields.keys()
        for sentence in (
            *template.notes_of(circumstance),
            template.headlines.get(circumstance, ""),
        ):
            sentence.format(**fields)
