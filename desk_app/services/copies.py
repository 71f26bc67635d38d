"""Who takes a document, and why the same one is handed out once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desk_app.domain.applicants import checked_other, checked_text
from desk_app.domain.document import Agent, CopyReason, IssuedDocument, Recipient
from desk_app.domain.errors import AlreadyIssued
from desk_app.domain.holder import Holder
from desk_app.domain.statement import StatementRequest


def checked(request: StatementRequest, holder: Holder) -> StatementRequest:
    """The request with tidied papers and reason. Raises InvalidInput naming what is missing or wrong."""
    agent = None
    if request.recipient is Recipient.AGENT:
        given = request.agent or Agent("", "")
        agent = Agent(*checked_other("agent", given.name, given.id_number, holder))
    remark = ""
    if request.reason is CopyReason.OTHER:
        remark = checked_text("remark", request.remark)
    return replace(request, agent=agent, remark=remark)


def need_reason(request: StatementRequest, copies: Sequence[IssuedDocument]) -> None:
    """Raise AlreadyIssued, about the last of the copies, where there are some and no reason is given."""
    if copies and request.reason is None:
        last = copies[-1]
        raise AlreadyIssued(last.issued_at, last.window, last.copy_number)
