"""A printer in memory: the same promises as the real one (`tests/integration/print/test_printer.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desk_app.domain.errors import NoPrinter, PrinterRefused
from desk_app.domain.printing import A4, AS_USUAL, PrintChoice, PrinterOffer, PrinterTrouble
from desk_app.services.ports import PrintJob, PrintState


@dataclass
class FakePrinter:
    """`sheets` are what came out, by job; `state` and `trouble` are those of a job when it is asked after."""

    names: tuple[str, ...] = ("window7", "window8")
    refuses: str | None = None
    state: PrintState = PrintState.PRINTED
    detail: str = ""
    trouble: PrinterTrouble | None = None
    sheets: dict[str, bytes] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    choices: list[PrintChoice] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def queues(self) -> Sequence[str]:
        return self.names

    def offer(self, queue: str | None = None) -> PrinterOffer:
        both = ("one-sided", "two-sided-long-edge")
        known = (queue or "window7") in self.names
        return PrinterOffer((A4,), both, ("auto", "main")) if known else PrinterOffer()

    def print(self, pdf: bytes, title: str, choice: PrintChoice = AS_USUAL) -> PrintJob:
        wanted = choice.queue or (self.names[0] if self.names else None)
        if wanted is None or wanted not in self.names:
            raise NoPrinter(queue=wanted)
        if self.refuses is not None:
            raise PrinterRefused(reason=self.refuses)
        job = PrintJob(f"{wanted}-{len(self.titles) + 1}", wanted, PrintState.SENT)
        self.titles.append(title)
        self.choices.append(choice)
        self.sheets[job.job_id] = pdf
        return job

    def job(self, job: PrintJob) -> PrintJob:
        if job.job_id in self.cancelled:
            return replace(job, state=PrintState.CANCELLED)
        return replace(job, state=self.state, detail=self.detail, trouble=self.trouble)

    def cancel(self, job: PrintJob) -> PrintJob:
        now = self.job(job)
        if not now.ended:
            self.cancelled.append(job.job_id)
        return self.job(job)
