"""Hears a window as assistive technology does: through AT-SPI on D-Bus, from another process.

Run under `dbus-run-session` as `python -m tests.ui.ear`: starts the counter with scripted services, signs in,
lets a card in, presses a verb, and prints what was heard as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.fakes.services import OPERATOR, PASSWORD

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_LIMIT = 20.0

COUNTER = """
import sys, threading
from desk_app.domain.card import CardEvent, CardEventKind
from desk_app.services.lanes import Lanes
from desk_app.ui.application import Outside, run_window
from desk_app.ui.settings import WindowSettings
from tests.fakes.services import Script, fake_services

class Monitor:
    def start(self, publish):
        threading.Thread(target=self.listen, args=(publish,), daemon=True).start()
    def listen(self, publish):
        for line in sys.stdin:
            publish(CardEvent(CardEventKind(line.strip()), "Reader A", None, 1))
    def stop(self):
        pass

lanes = Lanes()
settings = WindowSettings("hall", "3", "990101", language=sys.argv[1])
status = run_window(lambda: Outside(fake_services(Script()), lanes, Monitor()), settings)
lanes.close()
sys.exit(status)
"""


class Ear:
    """Walks the tree of accessible objects."""

    def __init__(self) -> None:
        with open_dbus_connection("SESSION") as session:
            bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            address = session.send_and_get_reply(new_method_call(bus, "GetAddress")).body[0]
        self._bus: DBusConnection = open_dbus_connection(address)

    def objects(self) -> Iterator[tuple[str, str, tuple[str, str]]]:
        """(role, name, reference) of everything that there is."""
        todo = [("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")]
        while todo:
            place = todo.pop()
            try:
                role = self._call(place, _ACCESSIBLE, "GetRoleName")[0]
                yield role, self._property(place, _ACCESSIBLE, "Name"), place
                todo += [tuple(child) for child in self._call(place, _ACCESSIBLE, "GetChildren")[0]]
            except (KeyError, IndexError, TypeError):
                continue  # it has gone meanwhile

    def find(self, name: str, *roles: str) -> tuple[str, str]:
        """The object with a name, waited for."""
        end = time.monotonic() + _LIMIT
        while time.monotonic() < end:
            for role, heard, place in self.objects():
                if heard == name and (not roles or role in roles):
                    return place
            time.sleep(0.1)
        raise SystemExit(f"nothing is called “{name}”: {sorted({n for _, n, _ in self.objects()})}")

    def press(self, name: str) -> None:
        """Press a button."""
        self._call(
            self.find(name, "push button", "button"), "org.a11y.atspi.Action", "DoAction", "i", (0,)
        )

    def type(self, name: str, text: str) -> None:
        """Write into a field."""
        place = self.find(name, "text", "password text", "entry")
        self._call(place, "org.a11y.atspi.EditableText", "SetTextContents", "s", (text,))

    def _call(
        self, place: tuple[str, str], interface: str, method: str, kind: str = "", body: Any = ()
    ) -> Any:
        address = DBusAddress(place[1], place[0], interface)
        answer = self._bus.send_and_get_reply(
            new_method_call(address, method, kind or None, body), timeout=5
        )
        return answer.body

    def _property(self, place: tuple[str, str], interface: str, name: str) -> str:
        address = DBusAddress(place[1], place[0], interface)
        text: str = self._bus.send_and_get_reply(Properties(address).get(name)).body[0][1]
        return text


def main(language: str, say: Callable[[str], str]) -> dict[str, Any]:
    """The scenario; gives what was heard."""
    environment = {**os.environ, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", COUNTER, language]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, text=True) as counter:
        assert counter.stdin is not None
        try:
            ear = Ear()
            ear.type(say("sign_in.number"), OPERATOR.number)
            ear.type(say("sign_in.password"), PASSWORD)
            ear.press(say("sign_in.password_submit"))
            ear.find(say("counter.idle_title"))
            counter.stdin.write("card_inserted\n")
            counter.stdin.flush()
            ear.find(say("condition.genuine.holds"))
            ear.press(say("verb.consent.name"))
            ear.press(say("second.agree"))
            ear.find(say("verb.consent.done"))
            return {"heard": [[role, name] for role, name, _ in ear.objects()]}
        finally:
            counter.terminate()


if __name__ == "__main__":
    from desk_app.ui.words import Words

    print(json.dumps(main(sys.argv[1], Words(sys.argv[1]).say)))
