"""What can be chosen for a sheet of paper, what can go wrong with it, and what the clerk says of it.

Values of papers, sides, trays and colours are the keywords of IPP (PWG 5100.11, RFC 8011), as the printer
offers them: they are never made up here, except A4, the size that every document is drawn for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

A4 = "iso_a4_210x297mm"
"""PWG 5101.1."""


class PrintKind(StrEnum):
    """Documents by where they go: each kind has a printer and paper of its own at a window."""

    STATEMENT = "statement"
    RECEIPT = "receipt"
    DAY_REPORT = "day_report"


@dataclass(frozen=True)
class PrintChoice:
    """A queue, and how to print there; "" = as the system, or the printer, has it. How many copies is not
    among it: each copy is an issue of its own."""

    queue: str = ""
    paper: str = A4
    sides: str = ""
    tray: str = ""
    colour: str = ""


AS_USUAL = PrintChoice()
"""The default queue, as it is set."""


@dataclass(frozen=True)
class PrinterOffer:
    """What a printer can do, in its order; empty where it does not say."""

    papers: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    trays: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()

    def fitting(self, choice: PrintChoice) -> PrintChoice:
        """The choice without what this printer does not offer."""
        return replace(
            choice,
            paper=choice.paper if choice.paper in self.papers else A4,
            sides=choice.sides if choice.sides in self.sides else "",
            tray=choice.tray if choice.tray in self.trays else "",
            colour=choice.colour if choice.colour in self.colours else "",
        )


NO_OFFER = PrinterOffer()


class PrinterTrouble(StrEnum):
    """Why no paper comes, or why what came may not be whole; each has a next step of its own."""

    JAM = "jam"
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    NO_INK = "no_ink"
    NO_TRAY = "no_tray"
    OUTPUT_FULL = "output_full"
    OFFLINE = "offline"
    PAUSED = "paused"
    GONE = "gone"
    """The queue, or the job in it, was removed."""
    NO_SERVICE = "no_service"
    """The print service does not answer: nobody knows how the job is."""
    OTHER = "other"


class Mishap(StrEnum):
    """What the clerk found where a document should have been: why it is printed again."""

    NOTHING = "nothing"
    INCOMPLETE = "incomplete"
    JAMMED = "jammed"
    UNREADABLE = "unreadable"
    WRONG_PAPER = "wrong_paper"
