"""Values as they are printed: money, months, dates, codes. What is missing prints as a dash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent
from desk_app.print.template import Template, filled, in_one_line, word
from desk_app.services.ports import Language


def money(fen: int) -> str:
    """Whole fen as yuan: 123456789 is `1,234,567.89`."""
    sign = "-" if fen < 0 else ""
    whole, hundredths = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{hundredths:02d}"


_REMARK = 12
"""Characters of a reason in the clerk's own words for which the foot has room; the record has them all."""


@dataclass(frozen=True)
class Wording:
    """Says things in the language of a template."""

    template: Template

    def say(self, said: str, **values: object) -> str:
        """One of the template's words with its blanks filled in."""
        return filled(self.template.words[said], values)

    def say_in_one_line(self, said: str, **values: object) -> str:
        """The same where there is no room for one language below the other."""
        return in_one_line(self.say(said, **values))

    def money(self, fen: int | None) -> str:
        """An amount."""
        return self.missing if fen is None else money(fen)

    def month(self, month: int) -> str:
        """A month of YYYYMM."""
        return self.say("month", year=month // 100, month=month % 100)

    def date(self, day: dt.date | None) -> str:
        """A day."""
        return self.missing if day is None else day.strftime(self.template.formats["date"])

    def moment(self, moment: dt.datetime) -> str:
        """A day with its time."""
        return moment.strftime(self.template.formats["moment"])

    def text(self, text: str | None) -> str:
        """Any text."""
        return text or self.missing

    @property
    def missing(self) -> str:
        """What stands where there is nothing."""
        return self.template.formats["missing"]

    def name(self, listed: str, code: str) -> str:
        """The word for a code of a list; the code itself where there is none."""
        return self.template.names[listed].get(code, code)

    def called(self, chinese: str, english: str) -> str:
        """What has a name in each language, in the document's."""
        return word({Language.CHINESE: chinese, Language.ENGLISH: english}, self.template.language)

    def about(self, sentence: str, content: StatementContent) -> str:
        """A sentence about the statement's period: its title, for one."""
        months = content.months
        return filled(
            sentence,
            {
                "first": self.month(months.first),
                "last": self.month(months.last),
                "first_year": months.first // 100,
                "as_of": self.date(content.data_as_of),
            },
        )

    def holder(self, content: StatementContent) -> Mapping[str, str]:
        """The fields of the insured person."""
        holder = content.holder
        return {
            "name": self.text(holder.name),
            "id_number": self.text(holder.id_number),
            "card_number": self.text(content.card_number),
            "sex": self.template.sexes.get(holder.sex or "", self.missing),
            "birth_date": self.date(holder.birth_date),
        }

    def imprint(self, imprint: Imprint, data_as_of: dt.date) -> Mapping[str, str]:
        """The fields that identify the printed document."""
        return {
            "serial": self.text(imprint.serial),
            "verification_code": self.text(imprint.verification_code),
            "copy_number": str(imprint.copy_number),
            "data_as_of": self.date(data_as_of),
            "printed_at": self.moment(imprint.printed_at),
            "hall": self.text(imprint.hall),
            "window": self.text(imprint.window),
            "operator_number": self.text(imprint.operator_number),
            "copy_reason": self._copy_reason(imprint),
        }

    def _copy_reason(self, imprint: Imprint) -> str:
        """Why it is handed out once more; a dash on the first copy."""
        if imprint.reason is None:
            return self.missing
        remark = imprint.remark
        if len(remark) > _REMARK:
            remark = f"{remark[: _REMARK - 1]}…"
        return self.template.words[f"copy_{imprint.reason}"].format(remark=remark)
