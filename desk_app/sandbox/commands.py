"""The command line's `sandbox card`."""

from __future__ import annotations

import re
import signal
import sys

from desk_app.sandbox import catalogue
from desk_app.sandbox.catalogue import CATALOGUE, Variant
from desk_app.sandbox.vpcd import PORTS, VirtualReaderMissing, VirtualSlot, VirtualSlotTaken


def plug(variant: str, slot: int = 1) -> int:
    """Put a card of that kind into a virtual slot (1 or 2) and let it answer until SIGINT or SIGTERM.

    Prints one line once the smart-card service has noticed the card. Gives the exit status: 0, 1 where there
    is no free slot, 2 for an unknown kind (with a list of them) or slot."""
    wanted = _chosen(variant)
    if wanted is None:
        print(f"There is no card {variant!r}. There are:\n{_listing()}", file=sys.stderr)
        return 2
    if slot not in (1, 2):
        print("The virtual reader has the slots 1 and 2.", file=sys.stderr)
        return 2
    try:
        _answer_until_ended(wanted, slot)
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


def _chosen(typed: str) -> Variant | None:
    """The kind by its name, or by a beginning that only one has; however it is hyphenated or spaced, and
    with `gen` for generation."""
    name = re.sub("[-_ ]", "", typed.lower())
    name = re.sub(r"^gen(?=\d)", "generation", name)
    kinds = {variant.replace("_", ""): variant for variant in Variant}
    begun = [variant for plain, variant in kinds.items() if name and plain.startswith(name)]
    return kinds.get(name) or (begun[0] if len(begun) == 1 else None)


def _answer_until_ended(variant: Variant, slot: int) -> None:
    endings = {signal.SIGINT, signal.SIGTERM}
    # Blocked before the slot's thread begins, so that only `sigwait` ever sees them.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    try:
        with VirtualSlot(PORTS[slot - 1]) as virtual:
            virtual.insert(catalogue.card(variant))
            entry = CATALOGUE[variant]
            print(f"{variant} is in slot {slot}: {entry.english} {entry.chinese}", flush=True)
            signal.sigwait(endings)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listing() -> str:
    width = max(map(len, Variant))
    return "\n".join(
        f"  {variant:<{width}}  {entry.english:<32}{entry.chinese}"
        for variant, entry in CATALOGUE.items()
    )
