"""The record of a document's issue, of one as of many."""

from __future__ import annotations

from desk_app.domain.document import Imprint, IssuedDocument
from desk_app.domain.receipt import ReceiptRequest
from desk_app.domain.region import RegionPolicy
from desk_app.domain.statement import StatementRequest
from desk_app.services.ports import Document, Language, UnitOfWork

Request = StatementRequest | ReceiptRequest
"""What is asked for, of every kind of document."""


def copies(uow: UnitOfWork, request: Request, language: Language) -> tuple[IssuedDocument, ...]:
    """Every issue of the same document so far, the first one first."""
    return uow.statements.copies(request.id_number, request.kind, request.subject, language)


def issue_of(
    request: Request,
    imprint: Imprint,
    document: Document,
    language: Language,
    policy: RegionPolicy,
) -> IssuedDocument:
    """The record of its issue, to be kept when it leaves the desk."""
    return IssuedDocument(
        imprint.serial,
        imprint.verification_code,
        request.kind,
        request.id_number,
        request.subject,
        request.recipient,
        imprint.copy_number,
        imprint.printed_at,
        (imprint.printed_at + policy.verification_code).date(),
        imprint.hall,
        imprint.window,
        imprint.operator_number,
        document.sha256,
        document.pages,
        language,
        document.template_version,
        request.reason,
        request.remark,
        request.agent,
    )
