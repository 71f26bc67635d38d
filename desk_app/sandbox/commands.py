"""The command line's `sandbox card`."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

from desk_app.sandbox import catalogue
from desk_app.sandbox.behaviours import VirtualCard
from desk_app.sandbox.catalogue import CATALOGUE, Variant
from desk_app.sandbox.factory import CHINESE, ENGLISH, ORDERED, NothingOrdered, ordered_card
from desk_app.sandbox.vpcd import PORTS, VirtualReaderMissing, VirtualSlot, VirtualSlotTaken


def plug(variant: str, slot: int = 1, platform: Path | None = None) -> int:
    """Put a card of that kind into a virtual slot (1 or 2) and let it answer until SIGINT or SIGTERM.
    `platform` is the sandbox platform's folder, where it says which replacement was ordered last.

    Prints one line once the smart-card service has noticed the card. Gives the exit status: 0, 1 where there
    is no free slot or no card was ordered, 2 for an unknown kind (with a list of them) or slot."""
    try:
        wanted = _wanted(variant, platform)
    except NothingOrdered:
        print("No replacement was ordered yet: approve one first.", file=sys.stderr)
        return 1
    if wanted is None:
        print(f"There is no card {variant!r}. There are:\n{_listing()}", file=sys.stderr)
        return 2
    if slot not in (1, 2):
        print("The virtual reader has the slots 1 and 2.", file=sys.stderr)
        return 2
    try:
        _answer_until_ended(*wanted, slot)
    except VirtualReaderMissing as error:
        print(
            f"No virtual reader listens on port {error.port}: start pcscd with the vpcd driver"
            " (Debian: pcscd, vsmartcard-vpcd).",
            file=sys.stderr,
        )
        return 1
    except VirtualSlotTaken:
        print(f"Slot {slot} has a card in it already: take that one out first.", file=sys.stderr)
        return 1
    return 0


def _wanted(typed: str, platform: Path | None) -> tuple[VirtualCard, str, str] | None:
    """The card, its name and its label; None where there is no such kind. Raises NothingOrdered."""
    if typed.strip().lower() == ORDERED and platform is not None:
        return ordered_card(platform), ORDERED, f"{ENGLISH} {CHINESE}"
    kind = _chosen(typed)
    if kind is None:
        return None
    entry = CATALOGUE[kind]
    return catalogue.card(kind), str(kind), f"{entry.english} {entry.chinese}"


def _chosen(typed: str) -> Variant | None:
    """The kind by its name, or by a beginning that only one has; however it is hyphenated or spaced, and
    with `gen` for generation."""
    name = re.sub("[-_ ]", "", typed.lower())
    name = re.sub(r"^gen(?=\d)", "generation", name)
    kinds = {variant.replace("_", ""): variant for variant in Variant}
    begun = [variant for plain, variant in kinds.items() if name and plain.startswith(name)]
    return kinds.get(name) or (begun[0] if len(begun) == 1 else None)


def _answer_until_ended(card: VirtualCard, name: str, told: str, slot: int) -> None:
    endings = {signal.SIGINT, signal.SIGTERM}
    # Blocked before the slot's thread begins, so that only `sigwait` ever sees them.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    try:
        with VirtualSlot(PORTS[slot - 1]) as virtual:
            virtual.insert(card)
            print(f"{name} is in slot {slot}: {told}", flush=True)
            signal.sigwait(endings)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listing() -> str:
    width = max(map(len, Variant))
    every = [(str(kind), entry.english, entry.chinese) for kind, entry in CATALOGUE.items()]
    return "\n".join(
        f"  {kind:<{width}}  {english:<32}{chinese}"
        for kind, english, chinese in (*every, (ORDERED, ENGLISH, CHINESE))
    )
