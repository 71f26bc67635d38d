"""What one attempt is: statements that must come to nothing, and a twin that shows that they could
succeed."""

from __future__ import annotations

from dataclasses import dataclass, field

FORBIDDEN = "42501"
"""insufficient_privilege: by a grant, a policy's check, or a trigger."""

DATABASE = "hall"


@dataclass(frozen=True)
class Attempt:
    """`run` is tried by the attacker. It must be refused with one of `states`, or, when there is none,
    touch and find no row. The twin, `who` running `twin` (the same statements unless told otherwise), must
    be allowed and touch or find at least one."""

    name: str
    run: tuple[str, ...]
    who: str = "owner"
    twin: tuple[str, ...] = ()
    states: tuple[str, ...] = (FORBIDDEN,)
    counts: bool = field(default=True)
    """Whether the twin's last statement is one that touches or finds rows."""

    @property
    def twins(self) -> tuple[str, ...]:
        return self.twin or self.run


def refused(name: str, *run: str, who: str = "owner", twin: tuple[str, ...] = ()) -> Attempt:
    """A query or a change that is forbidden."""
    return Attempt(name, run, who, twin)


def utility(name: str, *run: str, who: str = "owner", twin: tuple[str, ...] = ()) -> Attempt:
    """A command that is forbidden and counts no rows where it is allowed."""
    return Attempt(name, run, who, twin, counts=False)


def unseen(name: str, *run: str, who: str = "owner", twin: tuple[str, ...] = ()) -> Attempt:
    """A query or change that is allowed and finds nothing."""
    return Attempt(name, run, who, twin, states=())
