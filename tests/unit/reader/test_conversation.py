"""A card or another program that keeps a call for itself does not keep the counter."""

import threading
import time

import pytest

from desk_app.domain.errors import Cancelled
from desk_app.reader.conversation import Activity, Conversation, Limits, Overdue, Watch

SHORT = Limits(hold=0.1, answer=0.1, conversation=0.3)


@pytest.fixture
def release() -> threading.Event:
    """Set when what hangs lets go; set at the latest when the test is over."""
    return threading.Event()


def hanging(activity: Activity, release: threading.Event, after: list[str]):  # type: ignore[no-untyped-def]
    def talk(watch: Watch) -> str:
        watch.begin(activity)
        release.wait(10)
        watch.end()
        after.append("returned")
        watch.begin(Activity.ANSWER)
        after.append("went on")
        return "done"

    return talk


def test_what_is_said_in_time_is_heard() -> None:
    assert Conversation(lambda watch: "done").result(SHORT) == "done"


def test_what_goes_wrong_goes_wrong_for_the_caller() -> None:
    def talk(watch: Watch) -> None:
        raise ValueError("torn")

    with pytest.raises(ValueError, match="torn"):
        Conversation(talk).result(SHORT)


@pytest.mark.parametrize("activity", list(Activity))
def test_what_hangs_is_left_and_does_nothing_more_once_it_is_let_go(
    activity: Activity, release: threading.Event
) -> None:
    after: list[str] = []
    conversation = Conversation(hanging(activity, release, after))
    begun = time.monotonic()
    with pytest.raises(Overdue) as overdue:
        conversation.result(SHORT)
    assert time.monotonic() - begun < 1
    assert overdue.value.activity is activity
    assert not conversation.ends_within(0.05)
    release.set()
    assert conversation.ends_within(5)
    assert after == ["returned"]


def test_cancelling_leaves_a_hanging_card_at_once(release: threading.Event) -> None:
    cancel = threading.Event()
    patient = Limits(hold=60, answer=60, conversation=60)
    conversation = Conversation(hanging(Activity.ANSWER, release, []), cancel)
    threading.Timer(0.1, cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        conversation.result(patient)
    assert time.monotonic() - begun < 1
    release.set()
    assert conversation.ends_within(5)


def test_cancelling_between_two_commands_ends_the_conversation_itself() -> None:
    cancel = threading.Event()

    def talk(watch: Watch) -> None:
        while True:
            watch.begin(Activity.ANSWER)
            time.sleep(0.01)
            watch.end()

    conversation = Conversation(talk, cancel)
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(Cancelled):
        conversation.result(Limits())
    assert conversation.ends_within(0)


def test_a_card_that_answers_everything_but_takes_for_ever_is_overdue() -> None:
    def talk(watch: Watch) -> None:
        while True:
            watch.begin(Activity.ANSWER)
            time.sleep(0.06)
            watch.end()

    with pytest.raises(Overdue) as overdue:
        Conversation(talk).result(SHORT)
    assert overdue.value.seconds == SHORT.conversation


def test_a_slow_security_module_is_no_slow_card() -> None:
    """Time in which nobody waits for the card does not count against it."""

    def talk(watch: Watch) -> str:
        watch.begin(Activity.ANSWER)
        watch.end()
        time.sleep(0.5)
        return "done"

    assert Conversation(talk).result(SHORT) == "done"
