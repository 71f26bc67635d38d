"""The supervisor's workspace: the queue as it is now, the case that is open, and the decision on it.

What is typed is the view's; here is what was asked for and what came back. Everything ends with the sign-out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from desk_app.domain.application import (
    Application,
    ApplicationKind,
    ApplicationState,
    QueueEntry,
    QueueFilter,
)
from desk_app.domain.errors import DeskError, OutcomeUnknown, Outdated, SignInRefused
from desk_app.domain.operator import Desk
from desk_app.services.decisions import CaseFile, Choice, Decisions, Queue, Verdict
from desk_app.ui.scene import Notice, Runner, Tone
from desk_app.ui.screens.queue.target import Target, target_of

T = TypeVar("T")


@dataclass(frozen=True)
class QueueState:
    """All that the screen shows."""

    operator: str = ""
    """Number of the supervisor."""
    wanted: QueueFilter = field(default_factory=QueueFilter)
    loading: bool = False
    queue: Queue | None = None
    error: Exception | None = None
    """Why the queue could not be loaded; what was loaded before stays."""
    selected: frozenset[UUID] = frozenset()
    opening: bool = False
    file: CaseFile | None = None
    busy: bool = False
    """Something is being taken, put back or decided."""
    notice: Notice | None = None
    results: tuple[tuple[str, DeskError | None], ...] = ()
    """After a decision on several: each one's number, and why it was not decided, if it was not."""

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """The lines of the queue."""
        return self.queue.entries if self.queue is not None else ()

    @property
    def chosen(self) -> tuple[Application, ...]:
        """The selected applications, in the queue's order."""
        return tuple(
            entry.application for entry in self.entries if entry.application.id in self.selected
        )

    @property
    def target(self) -> Target:
        """What a decision would be about, and what stands in its way."""
        return target_of(self.operator, self.file, self.chosen)


class QueuePresenter:
    """Asks for one thing at a time; a change that is heard meanwhile is looked at afterwards."""

    def __init__(self, decisions: Decisions, runner: Runner) -> None:
        self._decisions = decisions
        self._runner = runner
        self._desk: Desk | None = None
        self._token = object()
        self._again = False
        self._draw: Callable[[QueueState], None] = lambda _state: None
        self.state = QueueState()

    def serve(self, desk: Desk | None) -> None:
        """Who decides from now on; whatever was shown before goes."""
        self._desk = desk
        self._token = object()
        self._again = False
        self._become(QueueState(operator=desk.operator.number if desk is not None else ""))

    def watch(self, draw: Callable[[QueueState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def refresh(self) -> None:
        """Look at the queue: somebody has opened the page or pressed the key, or a change was heard."""
        if self._desk is None:
            return
        if self.state.loading:
            self._again = True
            return
        self._show(loading=True)
        self._run(
            self._decisions.queue,
            self._desk,
            self.state.wanted,
            done=self._loaded,
            failed=self._not_loaded,
        )

    def want(
        self,
        *,
        text: str | None = None,
        kind: ApplicationKind | None = None,
        any_kind: bool = False,
        states: Iterable[ApplicationState] | None = None,
        mine: bool | None = None,
    ) -> None:
        """Show others: what is not named stays as it was."""
        wanted = self.state.wanted
        if text is not None:
            wanted = replace(wanted, text=text.strip())
        if kind is not None or any_kind:
            wanted = replace(wanted, kind=kind)
        if states is not None:
            wanted = replace(wanted, states=frozenset(states))
        if mine is not None:
            wanted = replace(wanted, assigned_to=self.state.operator if mine else None)
        if wanted != self.state.wanted:
            self._show(wanted=wanted)
            self.refresh()

    def select(self, ids: Iterable[UUID]) -> None:
        """These lines are selected. The open case closes when another single one is."""
        selected = frozenset(ids)
        if selected == self.state.selected:
            return
        file = self.state.file
        other = file is not None and bool(selected) and selected != {file.application.id}
        self._show(selected=selected, file=None if other else file, notice=None, results=())

    def open(self) -> None:
        """Open the one that is selected; that it was looked at is audited."""
        chosen = self.state.chosen
        if len(chosen) == 1 and not self.state.busy:
            self._open(chosen[0].id, None)

    def take(self) -> None:
        """The supervisor will decide the selected one."""
        self._assign(self._decisions.take, "queue.taken")

    def put_back(self) -> None:
        """Whoever takes it will decide it."""
        self._assign(self._decisions.put_back, "queue.put_back_done")

    def decide(self, verdict: Verdict, password: str) -> None:
        """Carry out the decision, after the service has checked the password. Pressed twice, it is one."""
        target = self.state.target
        if self._desk is None or self.state.busy or target.hindrance is not None:
            return
        self._show(busy=True, notice=None, results=())
        if target.file is not None:
            job: Callable[..., Any] = self._decisions.decide
            done: Callable[[Any], None] = self._decided
            choices: Any = target.file.choice
        else:
            job, choices = self._decisions.decide_several, tuple(map(_choice, target.applications))
            done = self._several(target.applications)
        self._run(job, self._desk, choices, verdict, password, done=done, failed=self._refused)

    def dismiss(self) -> None:
        """The notice has been read."""
        self._show(notice=None, results=())

    # --- what comes back ---------------------------------------------------------------------------

    def _loaded(self, queue: Queue) -> None:
        before = {entry.application.id: entry.application for entry in self.state.entries}
        there = {entry.application.id: entry.application for entry in queue.entries}
        selected = self.state.selected & there.keys()
        self._show(loading=False, queue=queue, error=None, selected=selected)
        if self._again:
            self._again = False
            self.refresh()
        self._follow(before, there)

    def _follow(self, before: dict[UUID, Application], there: dict[UUID, Application]) -> None:
        """The open case was changed elsewhere: show it as it is now."""
        file = self.state.file
        if file is None or self.state.busy or self.state.opening:
            return
        seen, now = file.application, there.get(file.application.id)
        gone = now is None and seen.id in before and seen.state is ApplicationState.FILED
        if gone or (now is not None and now.version > seen.version):
            self._open(seen.id, Notice(Tone.WARNING, "queue.changed"))

    def _not_loaded(self, error: Exception) -> None:
        self._show(loading=False, error=error)
        if self._again:
            self._again = False
            self.refresh()

    def _open(self, application_id: UUID, notice: Notice | None) -> None:
        if self._desk is None or self.state.opening:
            return
        self._show(opening=True, notice=notice, results=())
        self._run(
            self._decisions.open,
            self._desk,
            application_id,
            done=lambda file: self._opened(application_id, file),
            failed=lambda error: self._show(opening=False, notice=Notice(Tone.DANGER, error=error)),
        )

    def _opened(self, application_id: UUID, file: CaseFile) -> None:
        left = bool(self.state.selected) and self.state.selected != {application_id}
        self._show(opening=False, file=None if left else file)

    def _assign(self, job: Callable[..., Application], key: str) -> None:
        chosen, file = self.state.chosen, self.state.file
        one = file.application if file is not None else chosen[0] if len(chosen) == 1 else None
        if self._desk is None or self.state.busy or one is None:
            return
        self._show(busy=True, notice=None, results=())
        self._run(
            job,
            self._desk,
            _choice(one),
            done=lambda changed: self._assigned(changed, key),
            failed=self._refused,
        )

    def _assigned(self, changed: Application, key: str) -> None:
        file = self.state.file
        if file is not None and file.application.id == changed.id:
            file = replace(file, application=changed)
        self._show(busy=False, file=file, notice=Notice(Tone.GOOD, key))
        self.refresh()

    def _decided(self, application: Application) -> None:
        approved = application.state is not ApplicationState.REJECTED
        notice = Notice(Tone.GOOD, "queue.approved" if approved else "queue.rejected")
        results = ((application.number, None),)
        self._show(busy=False, file=None, selected=frozenset(), notice=notice, results=results)
        self.refresh()

    def _several(self, asked: tuple[Application, ...]) -> Callable[[Any], None]:
        def done(answers: tuple[Application | DeskError, ...]) -> None:
            results = tuple(
                (one.number, answer if isinstance(answer, DeskError) else None)
                for one, answer in zip(asked, answers, strict=True)
            )
            all_done = not any(error for _, error in results)
            tone, key = (Tone.GOOD, "all") if all_done else (Tone.WARNING, "some")
            notice = Notice(tone, f"queue.{key}_decided")
            self._show(busy=False, notice=notice, results=results)
            self.refresh()

        return done

    def _refused(self, error: Exception) -> None:
        notice = Notice(Tone.DANGER, error=error)
        if isinstance(error, SignInRefused):
            notice = Notice(Tone.DANGER, "queue.wrong_password")
        self._show(busy=False, notice=notice)
        if isinstance(error, Outdated | OutcomeUnknown):
            if self.state.file is not None:
                self._open(self.state.file.application.id, notice)
            self.refresh()

    def _run(
        self,
        job: Callable[..., T],
        *args: object,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """What comes back after the supervisor has left reaches no screen."""
        token = self._token
        self._runner.submit(
            job,
            *args,
            done=lambda result: done(result) if token is self._token else None,
            failed=lambda error: failed(error) if token is self._token else None,
        )

    def _show(self, **changes: Any) -> None:
        self._become(replace(self.state, **changes))

    def _become(self, state: QueueState) -> None:
        self.state = state
        self._draw(state)


def _choice(application: Application) -> Choice:
    return Choice(application.id, application.version)
