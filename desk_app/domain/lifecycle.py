"""The life of a card, and of its e-card with it: every change of state that there is, in one table.

`docs/lifecycle.md` is drawn from this table, services look their changes up in it, and the state machine in
`tests/` walks it. Sources: procedures of loss reporting, replacement and cancellation in the field
(挂失、解挂、补换卡、注销); what differs by region is in `domain/region.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.card import CardState
from desk_app.domain.errors import StateForbids
from desk_app.domain.permissions import Permission


class Change(StrEnum):
    """What can happen to a physical card."""

    ACTIVATE = "activate"
    """启用: the social function begins."""
    REPORT_TEMPORARY_LOSS = "report_temporary_loss"
    """临时挂失: at once, by one clerk; ends by itself."""
    LAPSE = "lapse"
    """A temporary loss has come to its end date."""
    FILE_FORMAL_LOSS = "file_formal_loss"
    """正式挂失 is filed: protected from this moment on, as by a temporary loss without an end."""
    APPROVE_FORMAL_LOSS = "approve_formal_loss"
    """A supervisor has approved it."""
    LIFT_PROTECTION = "lift_protection"
    """A supervisor has rejected it, and the holder does not want the protection to stay."""
    RELEASE = "release"
    """解挂, approved: the original card is back."""
    HAND_OVER = "hand_over"
    """The replacement is in the holder's hand."""
    GIVE_UP = "give_up"
    """The replaced card ends, in the moment in which its replacement is handed over."""
    CANCEL = "cancel"
    """注销, approved: final."""
    EXPIRE = "expire"
    """The card's last day has passed."""


@dataclass(frozen=True)
class Transition:
    """One row: `change` leads a card from `source` to `target`. `permission` is who may bring it about (None:
    the calendar alone); `four_eyes` whether it takes an application that somebody else has approved."""

    change: Change
    source: CardState
    target: CardState
    permission: Permission | None
    four_eyes: bool = False


def _rows(
    change: Change,
    sources: tuple[CardState, ...],
    target: CardState,
    permission: Permission | None,
    *,
    four_eyes: bool = False,
) -> tuple[Transition, ...]:
    return tuple(Transition(change, source, target, permission, four_eyes) for source in sources)


_S = CardState
_OUT_OF_USE = (_S.TEMPORARILY_LOST, _S.LOST)

TRANSITIONS: tuple[Transition, ...] = (
    *_rows(Change.ACTIVATE, (_S.NOT_ACTIVATED,), _S.NORMAL, Permission.SERVE),
    *_rows(Change.REPORT_TEMPORARY_LOSS, (_S.NORMAL,), _S.TEMPORARILY_LOST, Permission.FILE),
    *_rows(Change.LAPSE, (_S.TEMPORARILY_LOST,), _S.NORMAL, None),
    *_rows(
        Change.FILE_FORMAL_LOSS,
        (_S.NORMAL, _S.TEMPORARILY_LOST),
        _S.TEMPORARILY_LOST,
        Permission.FILE,
    ),
    *_rows(
        Change.APPROVE_FORMAL_LOSS,
        (_S.TEMPORARILY_LOST,),
        _S.LOST,
        Permission.DECIDE,
        four_eyes=True,
    ),
    *_rows(
        Change.LIFT_PROTECTION, (_S.TEMPORARILY_LOST,), _S.NORMAL, Permission.DECIDE, four_eyes=True
    ),
    *_rows(Change.RELEASE, _OUT_OF_USE, _S.NORMAL, Permission.DECIDE, four_eyes=True),
    *_rows(Change.HAND_OVER, (_S.IN_PRODUCTION, _S.NOT_ACTIVATED), _S.NORMAL, Permission.FILE),
    *_rows(
        Change.GIVE_UP,
        (_S.NORMAL, _S.LOST, _S.TEMPORARILY_LOST, _S.LOCKED, _S.EXPIRED),
        _S.CANCELLED,
        Permission.FILE,
    ),
    *_rows(
        Change.CANCEL,
        (_S.NOT_ACTIVATED, _S.NORMAL, *_OUT_OF_USE, _S.LOCKED, _S.EXPIRED),
        _S.CANCELLED,
        Permission.DECIDE,
        four_eyes=True,
    ),
    *_rows(
        Change.EXPIRE,
        (_S.NOT_ACTIVATED, _S.NORMAL, _S.TEMPORARILY_LOST, _S.LOCKED),
        _S.EXPIRED,
        None,
    ),
)


def transition(change: Change, source: CardState) -> Transition:
    """The row for this change of a card in this state. Raises StateForbids when there is none."""
    for row in TRANSITIONS:
        if (row.change, row.source) == (change, source):
            return row
    raise StateForbids(change, source)


def sources(change: Change) -> tuple[CardState, ...]:
    """The states from which the change is possible, in the table's order."""
    return tuple(row.source for row in TRANSITIONS if row.change is change)


def possible(source: CardState) -> frozenset[Change]:
    """What can happen to a card in this state."""
    return frozenset(row.change for row in TRANSITIONS if row.source is source)
