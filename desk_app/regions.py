"""The rules of this counter's region: `resources/regions/<code>.toml`, or `default.toml` where it has none.

Read and checked when the app starts, and by `desk_app.app` only; `schema.json` beside the files says the same
to whoever writes one, and a test holds the two together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from desk_app import paths
from desk_app.domain.card import CardState
from desk_app.domain.errors import BadSettings
from desk_app.domain.region import ECardAction, RegionPolicy

_DAYS = range(1, 366)
_STATES = (CardState.TEMPORARILY_LOST, CardState.LOST, CardState.LOCKED, CardState.EXPIRED)
_SECTIONS = {
    "names": ("zh_CN", "en"),
    "loss": ("temporary_days", "release_after_formal_loss"),
    "applications": ("escalation_hours",),
    "e_card": tuple(str(state) for state in _STATES),
    "replacement": ("opens_days_before_expiry",),
    "documents": ("verification_code_days",),
}
"""Every section with its keys; none may be missing and there are no others."""


def policy_of(code: str, folder: Path | None = None) -> RegionPolicy:
    """The rules of a region (GB/T 2260, six digits). Raises BadSettings naming the file and the key."""
    folder = folder or paths.resources() / "regions"
    own = folder / f"{code}.toml"
    path = own if own.is_file() else folder / "default.toml"
    values = _Values(_parsed(path), path.name)
    values.check_keys(() if path is not own else ("code",))
    if path is own and values.content["code"] != code:
        raise BadSettings("code", "not_the_files_name", path.name)
    return RegionPolicy(
        code,
        {language: values.text("names", language) for language in _SECTIONS["names"]},
        timedelta(days=values.number("loss", "temporary_days", range(1, 31))),
        values.flag("loss", "release_after_formal_loss"),
        timedelta(hours=values.number("applications", "escalation_hours", range(1, 721))),
        {state: values.action("e_card", str(state)) for state in _STATES},
        timedelta(days=values.number("replacement", "opens_days_before_expiry", _DAYS)),
        timedelta(days=values.number("documents", "verification_code_days", _DAYS)),
        path.name,
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings("", "file_unreadable", path.name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings("", "not_toml", path.name) from error


@dataclass(frozen=True)
class _Values:
    """One file's content, read key by key."""

    content: Mapping[str, Any]
    source: str

    def check_keys(self, beside: tuple[str, ...]) -> None:
        """Raise BadSettings for a section or key that is missing or unknown."""
        self._same_keys("", self.content, (*beside, *_SECTIONS))
        for section, keys in _SECTIONS.items():
            if not isinstance(self.content[section], dict):
                raise BadSettings(section, "not_a_section", self.source)
            self._same_keys(f"{section}.", self.content[section], keys)

    def text(self, section: str, key: str) -> str:
        """A text that is not empty."""
        value = self.content[section][key]
        if not isinstance(value, str) or not value.strip():
            raise BadSettings(f"{section}.{key}", "not_text", self.source)
        return value

    def number(self, section: str, key: str, within: range) -> int:
        """A whole number within a range."""
        value = self.content[section][key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadSettings(f"{section}.{key}", "not_a_number", self.source)
        if value not in within:
            raise BadSettings(f"{section}.{key}", "out_of_range", self.source)
        return value

    def flag(self, section: str, key: str) -> bool:
        """True or false."""
        value = self.content[section][key]
        if not isinstance(value, bool):
            raise BadSettings(f"{section}.{key}", "not_true_or_false", self.source)
        return value

    def action(self, section: str, key: str) -> ECardAction:
        """What happens to the e-card."""
        value = self.content[section][key]
        if value not in list(ECardAction):
            raise BadSettings(f"{section}.{key}", "not_a_choice", self.source)
        return ECardAction(value)

    def _same_keys(self, prefix: str, found: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
        for key in found:
            if key not in wanted:
                raise BadSettings(f"{prefix}{key}", "unknown_key", self.source)
        for key in wanted:
            if key not in found:
                raise BadSettings(f"{prefix}{key}", "missing", self.source)
