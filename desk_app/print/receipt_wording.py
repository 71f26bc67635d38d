"""A receipt's values as they are printed, field by field, before any layout. What is missing is a dash."""

from __future__ import annotations

import datetime as dt

from desk_app.domain.application import ApplicantKind, Application, ApplicationKind, Decision
from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import Authorization, ECard
from desk_app.domain.masking import mask_id_number, mask_name
from desk_app.domain.receipt import ReceiptContent
from desk_app.print.receipt_template import ReceiptTemplate
from desk_app.print.wording import Wording

Fields = dict[str, str]


class ReceiptWording:
    """Says what is on one receipt; every moment in the zone in which it is printed."""

    def __init__(
        self, content: ReceiptContent, template: ReceiptTemplate, zone: dt.tzinfo | None
    ) -> None:
        self._content = content
        self._template = template
        self._zone = zone
        self._said = Wording(template.sheet)

    def fields(self) -> Fields:
        """Every field that a template can name; a dash for what is not there."""
        content = self._content
        fields = dict.fromkeys(self._template.labels, self._said.missing)
        fields["done_at"] = self._moment(content.at)
        if content.card is not None:
            fields |= self._card("", content.card) | self._card("old_", content.card)
        if content.new_card is not None:
            fields |= self._card("new_", content.new_card)
        if content.e_card is not None:
            fields |= self._e_card(content.e_card)
        if content.claim is not None:
            second = self._template.sheet.formats["second"]
            expires = content.claim.expires_at.astimezone(self._zone)
            fields["claim_until"] = expires.strftime(second)
        if content.application is not None:
            fields |= self._application(content.application)
        if content.loss is not None:
            fields["loss_started_at"] = self._moment(content.loss.started_at)
            fields["loss_until"] = self._moment(content.loss.until)
        if content.authorization is not None:
            fields |= self._authorization(content.authorization)
        return fields

    def holder(self) -> Fields:
        """The fields of the insured person."""
        content = self._content
        card = content.new_card or content.card
        sexes = self._template.sheet.sexes
        return {
            "name": self._text(content.holder.name),
            "id_number": self._text(content.holder.id_number),
            "card_number": self._text(card.card_number if card is not None else None),
            "sex": sexes.get(content.holder.sex or "", self._said.missing),
            "birth_date": self._said.date(content.holder.birth_date),
        }

    def _card(self, which: str, card: RegisteredCard) -> Fields:
        return {
            f"{which}card_number": self._text(card.card_number),
            f"{which}card_state": self._word("card_states", card.state),
            f"{which}issued_on": self._said.date(card.issued_on),
            f"{which}valid_until": self._said.date(card.valid_until),
        }

    def _e_card(self, e_card: ECard) -> Fields:
        return {
            "sign_no": self._text(e_card.sign_no),
            "sign_level": self._word("sign_levels", e_card.sign_level),
            "e_card_state": self._word("e_card_states", e_card.state),
            "e_card_valid_until": self._said.date(e_card.valid_until),
        }

    def _application(self, filed: Application) -> Fields:
        """A card whose loss was filed is protected from then on, at the latest."""
        where = self._said.say("at_window", hall=filed.hall, window=filed.window)
        fields = {
            "application_number": self._text(filed.number),
            "application_kind": self._word("application_kinds", filed.kind),
            "filed_at": self._moment(filed.filed_at),
            "loss_started_at": self._moment(filed.filed_at),
            "filed_window": where,
            "applicant": self._applicant(filed),
            "papers": self._word("papers", filed.applicant.kind),
            "reason": self._text(self._reason(filed)),
        }
        return fields | self._decision(filed.decision) if filed.decision else fields

    def _applicant(self, filed: Application) -> str:
        """The holder in a word; whoever stands in for the holder masked."""
        who = filed.applicant
        kind = self._word("applicants", who.kind)
        if who.kind is ApplicantKind.HOLDER:
            return kind
        name, number = mask_name(who.name), mask_id_number(who.id_number)
        return self._said.say(
            "agent", applicant=kind, name=self._text(name), number=self._text(number)
        )

    def _reason(self, filed: Application) -> str:
        if filed.kind is ApplicationKind.REPLACEMENT:
            return self._template.words["replacement_reasons"].get(filed.reason, filed.reason)
        return filed.reason

    def _decision(self, decision: Decision) -> Fields:
        verdict = "approved" if decision.approved else "rejected"
        return {
            "decision": self._word("decisions", verdict),
            "decided_at": self._moment(decision.at),
            "decided_by": self._text(decision.operator_number),
            "decision_reason": self._text(decision.reason),
        }

    def _authorization(self, given: Authorization) -> Fields:
        return {
            "grantee": self._text(given.grantee),
            "grantee_kind": self._word("grantee_kinds", given.kind),
            "scope": self._word("scopes", given.scope),
            "purpose": self._text(given.purpose),
            "granted_at": self._moment(given.granted_at),
            "granted_until": self._moment(given.until),
            "authorization_state": self._word("authorization_states", given.state),
        }

    def _text(self, text: str | None) -> str:
        return self._said.text(text)

    def _word(self, table: str, code: object) -> str:
        """The word for a code; the code itself where the template has none."""
        return self._template.words[table].get(str(code), str(code))

    def _moment(self, moment: dt.datetime | None) -> str:
        if moment is None:
            return self._said.missing
        return self._said.moment(moment.astimezone(self._zone))
