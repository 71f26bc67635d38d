"""What both windows show at a moment, as one frozen value, and the visit that it belongs to. No Qt.

Presenters change the scene, views draw it. Clearing both windows is drawing an empty scene.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from desk_app.domain.card import ReadStep
from desk_app.domain.e_card import ClaimCode
from desk_app.domain.receipt import Occasion
from desk_app.domain.verbs import Verb
from desk_app.domain.visit import Case

T = TypeVar("T")


class Stage(StrEnum):
    """Where the counter stands."""

    IDLE = "idle"
    READING = "reading"
    TROUBLE = "trouble"
    SERVING = "serving"


class Panel(StrEnum):
    """What the clerk has open beside the verbs."""

    NONE = "none"
    REVEAL = "reveal"
    CONSENT = "consent"
    CLAIM = "claim"
    UNBIND = "unbind"
    REPORT_LOSS = "report_loss"
    FORMAL_LOSS = "formal_loss"
    RELEASE = "release"
    REPLACE = "replace"
    CANCEL = "cancel"
    STATEMENT = "statement"
    ISSUED = "issued"
    RECEIPT = "receipt"
    AUTHORIZATIONS = "authorizations"


class Tone(StrEnum):
    """The sense of a state; each has a colour and a shape of its own."""

    GOOD = "good"
    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"
    NEUTRAL = "neutral"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Notice:
    """Something to tell the clerk: words by key, or an error."""

    tone: Tone
    key: str = ""
    error: Exception | None = None
    receipt: Occasion | None = None
    """What was done, where the citizen can have a receipt for it."""


@dataclass(frozen=True)
class Scene:
    """All that depends on the citizen at the counter."""

    stage: Stage = Stage.IDLE
    read_step: ReadStep | None = None
    trouble: Exception | None = None
    case: Case | None = None
    busy: Verb | None = None
    waiting: bool = False
    """A job other than a verb is under way: looking up, revealing, refreshing."""
    panel: Panel = Panel.NONE
    notice: Notice | None = None
    claim: ClaimCode | None = None
    receipt: Occasion | None = None
    """What the receipt is about that is open."""
    unmasked: bool = False
    """The clerk has asked to see the numbers in full."""


class Runner(Protocol):
    """What presenters need of the TaskRunner."""

    def submit(
        self,
        job: Callable[..., T],
        *args: Any,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run a job on its lane; then `done(result)` or `failed(error)` on the window's thread."""
        ...

    def relay(self, callback: Callable[..., None]) -> Callable[..., None]:
        """The callback, callable from any thread."""
        ...


class CurrentVisit:
    """The scene of the visit in progress. A result that comes after its visit has ended goes to `late`,
    or nowhere: it never reaches a screen."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._token = object()
        self._watchers: list[Callable[[Scene], None]] = []
        self.scene = Scene()

    def watch(self, draw: Callable[[Scene], None]) -> None:
        """Call `draw` with every scene from now on, and with the present one at once."""
        self._watchers.append(draw)
        draw(self.scene)

    def change(self, **changes: Any) -> None:
        """Change part of the scene."""
        self._draw(replace(self.scene, **changes))

    def restart(self, **changes: Any) -> None:
        """End what was and begin anew: everything is cleared, results still under way are dropped."""
        self._token = object()
        self._draw(Scene(**changes))

    def run(
        self,
        job: Callable[..., T],
        *args: Any,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        late: Callable[[T], None] | None = None,
    ) -> None:
        """Run a job for this visit."""
        token = self._token

        def answered(result: T) -> None:
            if token is self._token:
                done(result)
            elif late is not None:
                late(result)

        def refused(error: Exception) -> None:
            if token is self._token:
                failed(error)

        self._runner.submit(job, *args, done=answered, failed=refused)

    def relay(self, callback: Callable[..., None]) -> Callable[..., None]:
        """A callback for other threads that is heard only while this visit lasts."""
        token = self._token

        def heard(*args: Any) -> None:
            if token is self._token:
                callback(*args)

        return self._runner.relay(heard)

    def _draw(self, scene: Scene) -> None:
        self.scene = scene
        for draw in self._watchers:
            draw(scene)
