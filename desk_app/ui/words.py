"""The words for people, in every language: messages, next steps, states, verbs. No Qt: the command line
uses it too.

Catalogues are `resources/translations/<language>.toml`. The window starts by painting a few of these
words, so this module imports nothing heavy and knows domain values only by their shape.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from desk_app.paths import resources

LANGUAGES = ("zh_CN", "en")
"""Languages with a catalogue; the first is the default."""


class Explanation(NamedTuple):
    """An error in words: what happened, what to do now, and what else is known ("" for nothing)."""

    message: str
    next_step: str
    detail: str = ""


class Words:
    """One language's catalogue."""

    def __init__(self, language: str = LANGUAGES[0]) -> None:
        self.language = str(language)
        self._texts = _catalogue(self.language)

    def say(self, key: str, **values: object) -> str:
        """The words for `key`, with `{name}` places filled. Raises KeyError for a key without words."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def knows(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return key in self._texts

    def of(self, member: Enum) -> str:
        """The word for a member of an enum of the domain."""
        key = enum_key(member)
        return self.say(key if self.knows(key) else f"{key}.name")

    def explain(self, error: Exception) -> Explanation:
        """A DeskError with its message and next step; anything else is a bug and is told as one."""
        code = getattr(error, "code", "internal")
        facts = getattr(error, "facts", {})
        if code == "not_possible":
            return self._not_possible(facts)
        said = {name: self._fact(name, value) for name, value in facts.items()}
        if facts.get("field") and facts.get("problem"):
            said["field"] = self.field(facts["field"])
        return Explanation(
            self.say(f"error.{code}.message"),
            self.say(f"error.{code}.next_step"),
            self._detail(f"error.{code}.detail_in_full", said)
            or self._detail(f"error.{code}.detail", said),
        )

    def field(self, name: str) -> str:
        """The word for one item of the card, or of a form."""
        key = f"field.{name}"
        return self.say(key) if self.knows(key) else name

    def problem(self, code: str) -> str:
        """The word for a reason's code, as the platform or a form gives it."""
        key = f"problem_code.{code}"
        return self.say(key) if self.knows(key) else self.say("problem_code.other", code=code)

    def day(self, day: date | None) -> str:
        """A date as people write it, "" for none."""
        if day is None:
            return ""
        return self.say("format.day", year=day.year, month=day.month, day=day.day)

    def moment(self, at: datetime | None) -> str:
        """A date and a time of day, in this computer's zone, "" for none."""
        if at is None:
            return ""
        local = at.astimezone()
        return f"{self.day(local)} {local:%H:%M}"

    def month(self, month: int) -> str:
        """YYYYMM as people write it."""
        return self.say("format.month", year=month // 100, month=month % 100)

    def region(self, code: str) -> str:
        """A GB/T 2260 code as its province and the code itself."""
        key = f"province.{code[:2]}"
        return f"{self.say(key)} {code}" if self.knows(key) else code

    def coded(self, table: str, code: str | None) -> str:
        """The word for a code of one of the card's tables (sex, ethnicity …); the code when unknown."""
        key = f"{table}.{code}"
        return self.say(key) if self.knows(key) else code or ""

    def _not_possible(self, facts: dict[str, Any]) -> Explanation:
        verb = self.of(facts["verb"]) if facts["verb"] else "…"
        why = [self.say(f"hindrance.{h.value}.why") for h in facts["hindrances"]]
        way_out = [self.say(f"hindrance.{h.value}.way_out") for h in facts["hindrances"]]
        first = {name: self._fact(name, facts[name]) for name in ("at", "window")}
        why.append(self._detail("error.not_possible.detail", first))
        comma = self.say("format.comma")
        return Explanation(
            self.say("error.not_possible.message", verb=verb),
            comma.join(way_out) or self.say("error.not_possible.next_step"),
            comma.join(filter(None, why)),
        )

    def _detail(self, key: str, said: dict[str, str]) -> str:
        """The sentence about the error's facts, if all that it tells are known."""
        if not self.knows(key):
            return ""
        text = self._texts[key]
        return text.format(**said) if all(said.get(p) for p in placeholders(text)) else ""

    def _fact(self, name: str, value: object) -> str:
        if value is None or value == "" or value == 0:
            return ""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, tuple):
            return self.say("format.list").join(str(item) for item in value)
        if name == "problem":
            return self.problem(str(value))
        if name == "unfit":
            return self.coded("certificate_problem", str(value))
        if name == "what":
            return self.coded("changed", str(value))
        if name == "reason" and self.knows(f"problem_code.{value}"):
            return self.problem(str(value))
        if name == "missing":
            return self.field(str(value))
        if hasattr(value, "sign_no"):
            return f"***{value.sign_no[-6:]}"
        return f"{value:g}" if isinstance(value, float) else str(value)


def enum_key(member: Enum) -> str:
    """The catalogue's key of an enum member: its class in snake_case, then its value (an IntEnum: name)."""
    table = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(member).__name__)
    value = member.value if isinstance(member.value, str) else member.name.lower()
    return f"{table.lower()}.{value}"


def placeholders(text: str) -> frozenset[str]:
    """The `{names}` that a text has places for."""
    return frozenset(re.findall(r"{(\w+)", text))


class _Catalogue:
    """The texts of one language by key. A table of the file is parsed when one of its words is asked for:
    the window's first page needs few of them, and at once."""

    def __init__(self, text: str) -> None:
        self._unread = {chunk.partition("]")[0]: f"[{chunk}" for chunk in text.split("\n[")[1:]}
        self._texts: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key not in self:
            raise KeyError(key)
        return self._texts[key]

    def __contains__(self, key: str) -> bool:
        if key not in self._texts:
            self._read(key.rpartition(".")[0])
        return key in self._texts

    def all(self) -> dict[str, str]:
        """Every text."""
        for table in tuple(self._unread):
            self._read(table)
        return self._texts

    def _read(self, table: str) -> None:
        chunk = self._unread.pop(table, None)
        if chunk is None:
            return
        values: dict[str, Any] = tomllib.loads(chunk)
        for name in table.split("."):
            values = values[name]
        self._texts |= {f"{table}.{key}": text for key, text in values.items()}


@cache
def _catalogue(language: str) -> _Catalogue:
    path = resources() / "translations" / f"{language}.toml"
    return _Catalogue(path.read_text("utf-8"))


_current = LANGUAGES[0]


def set_language(language: str) -> None:
    """Choose the language in which `say`, `explain` and `current` speak from now on."""
    global _current
    _current = str(language)


def current() -> Words:
    """The words in the chosen language."""
    return Words(_current)


def say(key: str, **values: object) -> str:
    """The words for `key` in the chosen language."""
    return current().say(key, **values)


def explain(error: Exception) -> Explanation:
    """An error in words, in the chosen language."""
    return current().explain(error)
