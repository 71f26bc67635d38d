"""What the citizen sees and can decide: nothing but what is being done for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.e_card import ClaimCode, ECardState
from desk_app.domain.masking import mask_name
from desk_app.domain.visit import Case
from desk_app.ui.scene import Panel, Scene, Stage
from desk_app.ui.words import Words


class Sight(StrEnum):
    """What the citizen's window shows."""

    CLOSED = "closed"
    LOCKED = "locked"
    WELCOME = "welcome"
    READING = "reading"
    TROUBLE = "trouble"
    SERVING = "serving"
    CONSENT = "consent"
    CLAIM = "claim"


@dataclass(frozen=True)
class CitizenState:
    """`title` and `text` in the citizen's language; `busy` while an answer is on its way."""

    sight: Sight
    title: str
    text: str
    steps: tuple[str, ...] = ()
    claim: ClaimCode | None = None
    busy: bool = False


def citizen_state(
    scene: Scene, words: Words, *, open_: bool, covered: bool = False
) -> CitizenState:
    """What is shown of a scene; `open_` is whether somebody serves at this window, `covered` that they
    are away for a moment."""
    sight = Sight.LOCKED if open_ and covered else _sight(scene, open_=open_)
    if sight is Sight.SERVING and scene.case is not None:
        return _serving(scene, scene.case, words)
    if sight is Sight.CONSENT:
        title = words.say("consent.title")
        text = "\n\n".join(words.say(f"consent.p{number}") for number in range(1, 6))
        return CitizenState(sight, title, text, busy=scene.busy is not None)
    if sight is Sight.CLAIM:
        title, text = words.say("second.claim_title"), words.say("second.claim_text")
        return CitizenState(sight, title, text, claim=scene.claim, busy=scene.busy is not None)
    return CitizenState(sight, words.say(f"second.{sight}"), words.say(f"second.{sight}_text"))


def _sight(scene: Scene, *, open_: bool) -> Sight:
    if not open_:
        return Sight.CLOSED
    if scene.stage is Stage.IDLE:
        return Sight.WELCOME
    if scene.stage is not Stage.SERVING:
        return Sight(scene.stage.value)
    if scene.panel is Panel.CONSENT:
        return Sight.CONSENT
    return Sight.CLAIM if scene.panel is Panel.CLAIM else Sight.SERVING


def _serving(scene: Scene, case: Case, words: Words) -> CitizenState:
    name = case.holder.name if case.holder is not None else ""
    greeting = words.say("second.greeting", name=mask_name(name)) if name else ""
    title, text = greeting or words.say("second.serving"), words.say("second.serving_text")
    if scene.busy is not None:
        text = words.say("second.working", verb=words.say(f"verb.{scene.busy}.name"))
    elif lost := _loss(case, words):
        text = lost
    elif case.e_card is not None and case.e_card.state is ECardState.CLAIMED:
        text = words.say("second.claimed_text")
    elif case.consent is not None and case.e_card is None and not case.binding_pending:
        text = words.say("second.consented_text")
    done = dict.fromkeys(words.of(taken.step) for taken in case.visit.steps)
    return CitizenState(Sight.SERVING, title, text, tuple(done))


def _loss(case: Case, words: Words) -> str:
    """Until when the card is protected, and the number of what was filed: for the citizen to note."""
    said, loss, application = [], case.temporary_loss, case.application
    if not case.revealed:
        return ""
    if loss is not None and loss.until is not None:
        said.append(words.say("second.protected_until", until=words.moment(loss.until)))
    elif loss is not None:
        said.append(words.say("second.protected"))
    if application is not None:
        kind, state = words.of(application.kind), words.of(application.state)
        number = application.number
        said.append(words.say("second.application", kind=kind, state=state, number=number))
    return "\n\n".join(said)
