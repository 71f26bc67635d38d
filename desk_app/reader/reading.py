"""One reading of one card, from SELECT to the PIN's tries; at most eight commands where ranges work.

Two-sided authentication comes before the holder's file because third generation cards keep that closed
until it has succeeded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desk_app.domain.card import (
    Authenticity,
    CardReading,
    FieldWarning,
    HolderRecord,
    Problem,
    ReadStep,
)
from desk_app.domain.errors import Counterfeit
from desk_app.reader import pin
from desk_app.reader.apdu import Channel
from desk_app.reader.application import CARD_FILE, HOLDER_FILE, CardApplication
from desk_app.reader.atr import historical_factor
from desk_app.reader.authentication import CardAuthentication, CardIdentity
from desk_app.reader.items import decode_card, decode_holder
from desk_app.services.ports import PinCheck


def read_card(
    channel: Channel,
    authentication: CardAuthentication,
    step: Callable[[ReadStep], None],
) -> CardReading:
    """Read everything; `step` is told what comes next, and may raise Cancelled.

    Raises UnsupportedCard, CardDamaged, Counterfeit, and what the channel raises."""
    step(ReadStep.SELECTING)
    application = CardApplication(channel)
    step(ReadStep.READING_CARD)
    reading = _read_card_file(channel, application)
    step(ReadStep.AUTHENTICATING)
    reading = _authenticate(channel, reading, authentication)
    step(ReadStep.READING_HOLDER)
    reading = _read_holder_file(application, reading)
    step(ReadStep.PROBING_PIN)
    return replace(reading, pin_tries_left=pin.probe(channel).tries_left)


def verify_pin(
    channel: Channel, authentication: CardAuthentication, pin_typed: str, identification_code: str
) -> PinCheck:
    """Read the card, then try the PIN once if it is this very card and has proved itself.

    Raises what `read_card` raises, and InvalidInput, before the card is asked anything, for what cannot
    be a PIN."""
    pin.check(pin_typed)
    reading = read_card(channel, authentication, lambda step: None)
    own = reading.card.identification_code == identification_code
    if not own or reading.authenticity is not Authenticity.GENUINE:
        return PinCheck(reading, verified=False, tries_left=reading.pin_tries_left)
    status = pin.verify(channel, pin_typed)
    return PinCheck(reading, status.verified, status.tries_left)


def _read_card_file(channel: Channel, application: CardApplication) -> CardReading:
    card, warnings = decode_card(application.read(CARD_FILE) or {})
    if application.has_unknown_algorithm:
        warnings.append(FieldWarning("algorithm", Problem.MALFORMED))
    return CardReading(
        reader=channel.reader,
        atr=channel.atr,
        algorithm=application.algorithm,
        card=card,
        holder=HolderRecord(),
        authenticity=Authenticity.UNVERIFIED,
        warnings=tuple(warnings),
    )


def _authenticate(
    channel: Channel, reading: CardReading, authentication: CardAuthentication
) -> CardReading:
    identity = CardIdentity(
        reading.card.identification_code, historical_factor(channel.atr), reading.algorithm
    )
    authenticity = authentication.authenticate(channel, identity)
    reading = replace(reading, authenticity=authenticity)
    if authenticity is Authenticity.COUNTERFEIT:
        raise Counterfeit(reading=reading)
    # A card without an algorithm has no way to prove itself: nothing is wrong with it.
    if authenticity is Authenticity.UNVERIFIED and reading.algorithm is not None:
        return _with_warnings(reading, FieldWarning("authenticity", Problem.UNVERIFIED))
    return reading


def _read_holder_file(application: CardApplication, reading: CardReading) -> CardReading:
    values = application.read(HOLDER_FILE)
    if values is None:
        return _with_warnings(reading, FieldWarning("holder", Problem.UNREAD))
    holder, warnings = decode_holder(values, reading.card.spec_version)
    return _with_warnings(replace(reading, holder=holder), *warnings)


def _with_warnings(reading: CardReading, *warnings: FieldWarning) -> CardReading:
    return replace(reading, warnings=(*reading.warnings, *warnings))
