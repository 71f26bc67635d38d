"""A queue of applications for tests of the window: it keeps what is done to it, and other counters' changes
can be made in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from desk_app.domain.application import (
    Applicant,
    ApplicantKind,
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    QueueEntry,
    QueueFilter,
)
from desk_app.domain.card import CardState
from desk_app.domain.decision import Choice, Verdict, consequences
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import DeskError, FourEyes, Outdated, SignInRefused, StateForbids
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.domain.region import ECardAction, RegionPolicy
from desk_app.services.decisions import CaseFile, Queue
from desk_app.services.lanes import LaneName, on
from tests.fakes import cases

SUPERVISOR = Operator("2001", "周正", frozenset({Role.SUPERVISOR}))
BOTH = Operator("2002", "何清", frozenset({Role.CLERK, Role.SUPERVISOR}))
PASSWORD = "correct horse"
POLICY = RegionPolicy(
    "990101",
    {"zh_CN": "示范", "en": "Sample"},
    timedelta(days=5),
    True,
    timedelta(hours=4),
    {
        CardState.TEMPORARILY_LOST: ECardAction.SUSPEND,
        CardState.LOST: ECardAction.REVOKE,
    },
    timedelta(days=60),
    timedelta(days=30),
)
CARD_STATES = {
    ApplicationKind.FORMAL_LOSS: CardState.TEMPORARILY_LOST,
    ApplicationKind.RELEASE: CardState.TEMPORARILY_LOST,
    ApplicationKind.REPLACEMENT: CardState.LOST,
    ApplicationKind.CANCELLATION: CardState.NORMAL,
}
AGENT = Applicant(
    ApplicantKind.AGENT, "李想", "990101197503150015", "委托书 2026-17，2026-11-20，欧阳"
)


def application(
    number: int, kind: ApplicationKind = ApplicationKind.FORMAL_LOSS, **changes: Any
) -> Application:
    """One that was filed `number` minutes ago at window 3."""
    values: dict[str, Any] = {
        "number": f"990101-20261123-{number:04d}",
        "card_version": 2,
        "reason": "lost" if kind is ApplicationKind.REPLACEMENT else "在公交车上丢失",
        "filed_at": datetime.now(UTC) - timedelta(minutes=number),
    }
    return cases.application(kind, **values | changes)


def sample() -> list[Application]:
    """Six that wait, the oldest for more than four hours, one filed by a supervisor who is a clerk too."""
    loss, kinds = ApplicationKind.FORMAL_LOSS, ApplicationKind
    return [
        application(300, loss, applicant=AGENT),
        application(95, kinds.REPLACEMENT),
        application(40, loss, filed_by="2001", window="6"),
        application(25, kinds.CANCELLATION, window="5"),
        application(12, loss, window="4"),
        application(3, kinds.RELEASE),
    ]


@dataclass
class Hall:
    """What is filed in the hall, by whichever counter."""

    applications: list[Application] = field(default_factory=sample)

    def get(self, application_id: UUID) -> Application:
        for one in self.applications:
            if one.id == application_id:
                return one
        raise Outdated("application")

    def put(self, changed: Application) -> Application:
        """As another counter, or this one, would: the version grows."""
        changed = replace(changed, version=changed.version + 1)
        self.applications = [changed if one.id == changed.id else one for one in self.applications]
        return changed

    def decide(
        self, one: Application, verdict: Verdict, operator: str = "2009", window: str = "9"
    ) -> Application:
        state = ApplicationState.COMPLETED if verdict.approved else ApplicationState.REJECTED
        decision = Decision(
            verdict.approved,
            operator,
            window,
            datetime.now(UTC),
            verdict.reason,
            verdict.lift_protection,
        )
        return self.put(replace(one, state=state, decision=decision))


class FakeDecisions:
    """Over a script, whose `hall` it works on."""

    def __init__(self, script: Any) -> None:
        self.script = script

    @property
    def hall(self) -> Hall:
        hall: Hall = self.script.hall
        return hall

    @on(LaneName.STORE)
    def queue(self, desk: Desk, wanted: QueueFilter) -> Queue:
        def found() -> Queue:
            waiting = [one for one in self.hall.applications if one.state is ApplicationState.FILED]
            shown = sorted(filter(_fits(wanted), self.hall.applications), key=lambda a: a.filed_at)
            late = [one for one in waiting if one.escalated(POLICY.escalation, datetime.now(UTC))]
            return Queue(
                tuple(QueueEntry(one, cases.NAME) for one in shown),
                {kind: sum(a.kind is kind for a in waiting) for kind in ApplicationKind},
                sum(one.assigned_to == desk.operator.number for one in waiting),
                len(late),
                POLICY.escalation,
            )

        return self.script.run("queue", found, desk, wanted)  # type: ignore[no-any-return]

    @on(LaneName.STORE)
    def open(self, desk: Desk, application_id: UUID) -> CaseFile:
        def opened() -> CaseFile:
            one = self.hall.get(application_id)
            card = cases.registered(CARD_STATES[one.kind])
            e_card = cases.e_card(ECardState.SUSPENDED)
            past = application(9000, ApplicationKind.RELEASE, state=ApplicationState.COMPLETED)
            try:
                after = consequences(one, card, e_card, POLICY)
            except StateForbids:
                after = ()
            return CaseFile(one, cases.holder(), card, e_card, (past,), (card,), after)

        return self.script.run("open", opened, desk, application_id)  # type: ignore[no-any-return]

    @on(LaneName.STORE)
    def take(self, desk: Desk, choice: Choice) -> Application:
        def taken() -> Application:
            return self.hall.put(replace(self._seen(choice), assigned_to=desk.operator.number))

        return self.script.run("take", taken, desk, choice)  # type: ignore[no-any-return]

    @on(LaneName.STORE)
    def put_back(self, desk: Desk, choice: Choice) -> Application:
        def back() -> Application:
            return self.hall.put(replace(self._seen(choice), assigned_to=None))

        return self.script.run("put_back", back, desk, choice)  # type: ignore[no-any-return]

    @on(LaneName.PLATFORM)
    def decide(self, desk: Desk, choice: Choice, verdict: Verdict, password: str) -> Application:
        def decided() -> Application:
            return self._decide(desk, choice, verdict, password)

        args = desk, choice, verdict, password
        return self.script.run("decide", decided, *args)  # type: ignore[no-any-return]

    @on(LaneName.PLATFORM)
    def decide_several(
        self, desk: Desk, choices: Iterable[Choice], verdict: Verdict, password: str
    ) -> tuple[Application | DeskError, ...]:
        def each(choice: Choice) -> Application | DeskError:
            try:
                return self._decide(desk, choice, verdict, password)
            except DeskError as error:
                return error

        args = desk, tuple(choices), verdict, password
        return self.script.run(  # type: ignore[no-any-return]
            "decide_several", lambda: tuple(map(each, args[1])), *args
        )

    @on(LaneName.STORE)
    def outcomes(self, desk: Desk) -> tuple[Application, ...]:
        def found() -> tuple[Application, ...]:
            return tuple(
                one
                for one in self.hall.applications
                if one.filed_by == desk.operator.number and one.decision and not one.told_at
            )

        return self.script.run("outcomes", found, desk)  # type: ignore[no-any-return]

    @on(LaneName.STORE)
    def told(self, desk: Desk, application_id: UUID) -> Application:
        def told() -> Application:
            known = {one.id for one in self.hall.applications}
            if application_id not in known:  # of a case that a test has made itself
                return cases.application(id=application_id, told_at=cases.NOW)
            one = self.hall.get(application_id)
            return self.hall.put(replace(one, told_at=datetime.now(UTC)))

        return self.script.run("told", told, desk, application_id)  # type: ignore[no-any-return]

    def _decide(self, desk: Desk, choice: Choice, verdict: Verdict, password: str) -> Application:
        if password != PASSWORD:
            raise SignInRefused
        one = self._seen(choice)
        if one.filed_by == desk.operator.number:
            raise FourEyes
        return self.hall.decide(one, verdict, desk.operator.number, desk.window)

    def _seen(self, choice: Choice) -> Application:
        one = self.hall.get(choice.application_id)
        if one.version != choice.version:
            decision = one.decision
            what = str(one.state) if decision else "taken" if one.assigned_to else "put_back"
            raise Outdated(what, decision.at if decision else datetime.now(UTC), "9")
        return one


def _fits(wanted: QueueFilter) -> Callable[[Application], bool]:
    def fits(one: Application) -> bool:
        return (
            one.state in wanted.states
            and wanted.kind in (None, one.kind)
            and wanted.assigned_to in (None, one.assigned_to)
            and (not wanted.text or wanted.text in one.number or wanted.text == one.id_number)
        )

    return fits


class FakeQueueWatch:
    """Publishes when a test says so."""

    def __init__(self) -> None:
        self.publish: Callable[[], None] | None = None
        self.starts = 0

    def start(self, publish: Callable[[], None]) -> None:
        assert self.publish is None
        self.publish = publish
        self.starts += 1

    def stop(self) -> None:
        self.publish = None

    def change(self) -> None:
        """Something was changed at another counter."""
        if self.publish is not None:
            self.publish()
