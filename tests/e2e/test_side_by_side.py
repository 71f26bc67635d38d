"""Lost, approved, replaced, rebound: a clerk's and a supervisor's real windows side by side on a real X
server, each a process of its own with the login of its operator, on one PostgreSQL and one platform; the new
card is read in the real smart-card service."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from desk_app.domain.application import ReplacementReason
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.sandbox.factory import ordered_card
from desk_app.sandbox.people import person
from desk_app.sandbox.seed import register_seed
from desk_app.sandbox.vpcd import PORTS, VirtualSlot
from desk_app.seeding import seed
from desk_app.store.engine import SqlStore, open_store
from desk_app.ui.words import LANGUAGES, Words
from tests.fixtures.pcscd import CardService
from tests.fixtures.platform import Clock, served
from tests.fixtures.postgresql import Cluster

HALL = "示范社会保险服务大厅"
WIDTH, HEIGHT = 960, 1080
_NAMES = count(1)


class Remote:
    """A counter in another process (`tests.e2e.window`)."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __getattr__(self, name: str) -> Callable[..., None]:
        def ask(*arguments: Any) -> None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
            problem = json.loads(line) if line else "the window has gone"
            assert problem is None, f"{name}{arguments}: {problem}"

        return ask


@contextmanager
def window(place: dict[str, Any], display: str) -> Iterator[Remote]:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", "tests.e2e.window", json.dumps(place)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Remote(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def database(cluster: Cluster) -> Iterator[tuple[SqlStore, str]]:
    """The owner's store with the demo city and its operators, and the address of the door."""
    name = f"walk_{next(_NAMES)}"
    cluster.owned(name)

    def url(user: str, password: str) -> str:
        return f"postgresql+psycopg://{user}:{password}@127.0.0.1:{cluster.port}/{name}"

    owner = open_store(url(f"{name}_owner", "owner"), Path())
    try:
        owner.upgrade()
        seed(owner, hall=HALL)
        with psycopg.connect(cluster.dsn(name), autocommit=True) as root:
            root.execute(f"ALTER ROLE {name}_door LOGIN PASSWORD 'door'")
        yield owner, url(f"{name}_door", "door")
    finally:
        owner.close()


def password_of(number: str) -> str:
    return next(o.password for o in register_seed().operators() if o.operator.number == number)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_card_is_approved_replaced_and_its_e_card_rebound(
    language: str, display: str, postgresql: Cluster, pcscd: CardService, tmp_path: Path
) -> None:
    say, who = Words(language).say, person("bound")
    (old,) = who.cards
    pictures = Path(os.environ.get("PICTURES", tmp_path))
    with ExitStack() as stack:
        owner, door = stack.enter_context(database(postgresql))
        platform = stack.enter_context(served(tmp_path / "platform", Clock()))
        slots = [stack.enter_context(VirtualSlot(port)) for port in PORTS]
        counters = []
        for at, (number, reader) in enumerate((("3", "00 00"), ("9", "00 01"))):
            place = {
                "hall": HALL,
                "window": number,
                "language": language,
                "database": door,
                "platform": [platform.url, platform.terminal, platform.secret],
                "reader": reader,
                "home": str(tmp_path / number),
            }
            counters.append(stack.enter_context(window(place, display)))
            counters[-1].open(at * WIDTH, WIDTH, HEIGHT)
        clerk, supervisor = counters
        clerk.enter("1001", password_of("1001"))
        supervisor.enter("2001", password_of("2001"))

        def approve(picture: str) -> None:
            supervisor.waiting(1)
            supervisor.press(say("queue.open"))
            supervisor.until_seen(say("decision.approve"))
            supervisor.check(say("decision.approve"))
            supervisor.type(say("decision.password"), password_of("2001"))
            supervisor.grab(str(pictures / f"{picture}-{language}.png"))
            supervisor.press(say("decision.submit"))
            supervisor.until_seen(say("queue.approved"))

        # Lost: the holder stands there without the card.
        clerk.type(say("look_up.number"), who.holder.id_number)
        clerk.press(say("look_up.submit"))
        clerk.press_when_there(say("look_up.reveal"))
        clerk.choose(say("reveal.reason"), "本人到场挂失")
        clerk.press(say("reveal.submit"))
        clerk.press_when_there(say("verb.formal_loss.name"))
        clerk.choose(say("application_panel.reason"), say("formal_loss_panel.reason_1"))
        clerk.press(say("application_panel.submit"))
        clerk.until_seen(say("verb.formal_loss.done"))
        clerk.until_state(CardState.TEMPORARILY_LOST)

        # Approved, at the other window.
        approve("1-formal-loss")
        clerk.until_state(CardState.LOST)

        # Replaced.
        clerk.press_when_there(say("verb.replace.name"))
        lost = Words(language).of(ReplacementReason.LOST)
        clerk.choose(say("application_panel.reason"), lost)
        clerk.press(say("application_panel.submit"))
        clerk.until_seen(say("verb.replace.done"))
        approve("2-replacement")
        clerk.press(say("counter.end_visit"))

        # Rebound: the card comes from the factory, and is handed over.
        slots[0].insert(ordered_card(tmp_path / "platform"))
        clerk.press_when_there(say("verb.hand_over.name"))
        clerk.until_seen(say("verb.hand_over.done"))
        clerk.until_state(CardState.NORMAL)
        clerk.grab(str(pictures / f"3-handed-over-{language}.png"))

        with owner.begin(write=False) as uow:
            new, cancelled = uow.cards.of_holder(who.holder.id_number)
            e_card = uow.e_cards.active_of_card(new.identification_code)
            applications = uow.applications.of_holder(who.holder.id_number)
            trail = {(str(r.action), r.operator_number) for r in uow.audit.records()}
    assert (new.state, new.replaces) == (CardState.NORMAL, old.identification_code)
    assert (cancelled.identification_code, cancelled.state) == (
        old.identification_code,
        CardState.CANCELLED,
    )
    assert e_card is not None
    assert e_card.state is not ECardState.SUSPENDED
    assert new.mirrored_version == new.version
    assert cancelled.mirrored_version == cancelled.version
    decisions = [a.decision.operator_number for a in applications if a.decision is not None]
    assert ([a.filed_by for a in applications], decisions) == (["1001"] * 2, ["2001"] * 2)
    wanted = {("file_application", "1001"), ("approve", "2001"), ("hand_over", "1001")}
    assert wanted <= trail
