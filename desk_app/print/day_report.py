"""Draws the report of a day: what is left behind, charts and tables of what was done, and the sign-off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from desk_app.domain.operator import Operator
from desk_app.domain.shift import DayReport, Shift
from desk_app.print import chart
from desk_app.print import geometry as g
from desk_app.print.day_template import DayTemplate
from desk_app.print.flow import Flow, fitting, paragraph, strip
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import Ink, Style, Weight
from desk_app.print.pen import Pen
from desk_app.print.rows import Kind, Row
from desk_app.print.table import Table

_FIGURE = Style(Weight.SEMIBOLD, 15)
_HEAD = 66.0
"""Points from the top to the rule below the title."""

_REMARK = 150.0
"""Room for the longest remark."""

_BUSINESS_HOURS = range(8, 18)
"""Hours that are shown even when nothing was done in them."""


class DayReportDrawing:
    """One report being drawn: first `draw`, then its `frame` and `pages`."""

    def __init__(
        self,
        report: DayReport,
        drawn_by: Operator,
        at: datetime,
        template: DayTemplate,
        fonts: DocumentFonts,
    ) -> None:
        self._report = report
        self._drawn_by = drawn_by
        self._at = at
        self._template = template
        self.fonts = fonts
        self.frame = Pen(fonts)
        """What all pages share."""
        self._flow = Flow(fonts, lambda _pen, _number: g.BODY_TOP)

    @property
    def pages(self) -> list[Pen]:
        """The pages."""
        return self._flow.pages

    @property
    def title(self) -> str:
        """Title and day."""
        return f"{self._template.title} {self._day}"

    @property
    def subject(self) -> str:
        """By which the file tells what it is: the day, and the operator if it is one's own."""
        whose = self._report.operator_number or "hall"
        return f"day-report {self._report.day:%Y%m%d} {whose}"

    def draw(self) -> None:
        """Draw everything."""
        self._draw_frame()
        self._draw_left()
        if self._report.tallies:
            self._draw_hours()
            self._draw_counts("windows", lambda t: t.window, self._window)
            self._draw_counts("kinds", lambda t: t.kind, self._kind)
        else:
            self._heading("kinds", 40)
            self._flow.paragraph(self._template.say("nothing"), g.BODY)
        self._draw_shifts()
        self._flow.note_unprintable(self._template.say)
        self._number_pages()

    @property
    def _day(self) -> str:
        return self._report.day.strftime(self._template.formats["date"])

    @property
    def _subtitle(self) -> str:
        report, template = self._report, self._template
        if report.operator_number is None:
            return template.hall.format(day=self._day)
        return template.own.format(day=self._day, operator=report.operator_number)

    def _draw_frame(self) -> None:
        pen, template, report = self.frame, self._template, self._report
        pen.text(g.LEFT, g.TOP - 8, report.hall, fitting(pen, report.hall, g.HALL, g.WIDTH))
        pen.text(g.LEFT, g.TOP - 37, template.title, g.TITLE)
        pen.text(g.LEFT, g.TOP - 56, self._subtitle, g.SUBTITLE)
        pen.rule(g.LEFT, g.TOP - _HEAD, g.WIDTH, 1.2, Ink.ACCENT)
        fields = {
            "day": self._day,
            "of": report.operator_number or report.hall,
            "drawn_by": f"{self._drawn_by.name} {self._drawn_by.number}",
            "drawn_at": self._at.strftime(template.formats["moment"]),
        }
        strip(pen, g.TOP - _HEAD - 4, template.columns["imprint"], fields, g.SMALL_VALUE)
        pen.rule(g.LEFT, g.BODY_BOTTOM - 8, g.WIDTH, 0.5)
        with pen.closing():
            paragraph(pen, g.BODY_BOTTOM - 11 - g.LABEL.size - 6, template.say("about"), g.SMALL)

    def _draw_left(self) -> None:
        left, flow = self._report.backlog, self._flow
        fields = {
            "undelivered": left.undelivered,
            "refused": left.refused,
            "failed": self._report.total("failed"),
            "filed": left.filed,
            "to_hand_over": left.to_hand_over,
            "printed": self._report.printed,
        }
        self._heading("left", 50)
        said = {name: str(value) for name, value in fields.items()}
        flow.y = strip(flow.pen, flow.y, self._template.columns["left"], said, _FIGURE)

    def _draw_hours(self) -> None:
        counts = self._report.by(lambda tally: tally.hour)
        hours = sorted({*_BUSINESS_HOURS, *counts})
        shown = range(hours[0], hours[-1] + 1)
        names = [self._template.say("hour", hour=hour) for hour in shown]
        totals = [counts.get(hour, Counter()).total() for hour in shown]
        self._heading("hours", 110)
        chart.upright(self._flow, list(zip(names, totals, strict=True)))
        self._table(
            "counts",
            self._count_rows(
                {self._template.say("hour", hour=hour): ends for hour, ends in counts.items()}
            ),
        )

    def _draw_counts(
        self, heading: str, key: Callable[..., str], name: Callable[[str], str]
    ) -> None:
        counts = {name(value): ends for value, ends in self._report.by(key).items()}
        most_first = sorted(counts.items(), key=lambda item: -item[1].total())
        bars = [(said, ends.total()) for said, ends in most_first]
        self._heading(heading, min(chart.height_of(bars), 90))
        chart.lying(self._flow, bars)
        self._table("counts", self._count_rows(dict(most_first)))

    def _draw_shifts(self) -> None:
        self._heading("shifts", 50)
        if not self._report.shifts:
            self._flow.paragraph(self._template.say("no_shift"), g.BODY)
            return
        self._table("shifts", map(self._shift_row, self._report.shifts))
        for shift in self._report.shifts:
            if shift.remark:
                said = {"operator": shift.operator_number, "remark": shift.remark}
                self._flow.need(_REMARK)
                self._flow.y -= 4
                self._flow.paragraph(self._template.say("remark", **said), g.BODY)

    def _number_pages(self) -> None:
        pages = len(self.pages)
        for number, pen in enumerate(self.pages, start=1):
            text = self._template.say("page", page=number, pages=pages)
            with pen.artifact():
                pen.text_right(g.RIGHT, g.BODY_BOTTOM - 11 - g.LABEL.size, text, g.SMALL_VALUE)

    def _heading(self, name: str, below: float) -> None:
        """A part's heading, kept with what is below it."""
        flow = self._flow
        flow.need(g.SECTION_GAP + g.SECTION.size + 8 + below)
        flow.y -= g.SECTION_GAP + g.SECTION.size
        flow.pen.text(g.LEFT, flow.y, self._template.headings[name], g.SECTION)
        flow.y -= 8

    def _table(self, name: str, rows: Iterator[Row]) -> None:
        continued = self._template.say("continued")
        self._flow.y -= 4
        Table(self._template.columns[name], self._flow, continued).draw(rows)

    def _count_rows(self, counts: Mapping[str, Counter[str]]) -> Iterator[Row]:
        together: Counter[str] = Counter()
        for name, ends in counts.items():
            together.update(ends)
            yield Row(Kind.LINE, self._cells(name, ends))
        yield Row(Kind.TOTAL, self._cells(self._template.say("total"), together))

    def _cells(self, name: str, ends: Counter[str]) -> dict[str, str]:
        missing = self._template.formats["missing"]
        said = {
            outcome: str(ends[outcome]) if ends[outcome] else missing
            for outcome in ("done", "pending", "refused", "failed")
        }
        return {"name": name, "total": str(ends.total()), **said}

    def _shift_row(self, shift: Shift) -> Row:
        zone, time = self._at.tzinfo, self._template.formats["time"]
        running = self._template.say("running")
        closed = shift.closed_at
        return Row(
            Kind.LINE,
            {
                "operator": shift.operator_number,
                "window": self._window(shift.window),
                "opened": shift.opened_at.astimezone(zone).strftime(time),
                "closed": closed.astimezone(zone).strftime(time) if closed else running,
            },
        )

    def _window(self, window: str) -> str:
        return self._template.say("window", window=window)

    def _kind(self, kind: str) -> str:
        return self._template.kinds.get(kind, kind)
