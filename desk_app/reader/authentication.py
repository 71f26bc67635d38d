"""Two-sided authentication: is the card genuine, and may this counter read its holder's data?

Card keys never come near this program. A security module holds them: the platform's HSM here; a PSAM in
a reader's slot is a second implementation of `CardAuthentication`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from desk_app.domain.card import Algorithm, Authenticity
from desk_app.domain.errors import PlatformError
from desk_app.reader.apdu import Channel, Command, Instruction, exchange
from desk_app.services.ports import CardAuthenticationRequest, SecurityModule

_log = logging.getLogger(__name__)

_BLOCK = 8
"""Length in bytes of factors, randoms, challenges, responses and cryptograms."""

_KEY_RKSSSE = 0x0A
"""The external authentication key that opens EF06."""


@dataclass(frozen=True, repr=False)
class CardIdentity:
    """What ties a card to its keys."""

    identification_code: str
    historical_factor: bytes | None
    algorithm: Algorithm | None


class CardAuthentication(Protocol):
    """Judges the card on a channel that has the application selected and is held against others."""

    def authenticate(self, channel: Channel, identity: CardIdentity) -> Authenticity:
        """Judge it, and open EF06 where that succeeds.

        `unverified` says that it could not be carried out. Raises the CardErrors."""
        ...


class HsmAuthentication:
    """By the platform's HSM (contracts/card.md, Authentication)."""

    def __init__(
        self, module: SecurityModule, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._module = module
        self._random = random

    def authenticate(self, channel: Channel, identity: CardIdentity) -> Authenticity:
        """See CardAuthentication. A card that accepts no cryptogram of a module that found it genuine
        has not been authenticated on both sides, and counts as unverified."""
        request = self._ask_card(channel, identity)
        if request is None:
            return Authenticity.UNVERIFIED
        try:
            result = channel.aside(lambda: self._module.authenticate_card(request))
        except PlatformError as error:
            _log.info("card authentication not carried out: %s", error.code)
            return Authenticity.UNVERIFIED
        if not result.genuine:
            return Authenticity.COUNTERFEIT
        if result.cryptogram is None or result.factor is None:
            return Authenticity.UNVERIFIED
        opened = exchange(
            channel,
            Command(
                Instruction.EXTERNAL_AUTHENTICATE,
                0x00,
                _KEY_RKSSSE,
                result.cryptogram + result.factor,
            ),
        )
        if not opened.ok:
            _log.info("card refused the external authentication: %04X", opened.status)
        return Authenticity.GENUINE if opened.ok else Authenticity.UNVERIFIED

    def _ask_card(
        self, channel: Channel, identity: CardIdentity
    ) -> CardAuthenticationRequest | None:
        """The card's response and its challenge, which only the very next command may use."""
        if identity.algorithm is None or identity.historical_factor is None:
            return None
        factor, random = self._random(_BLOCK), self._random(_BLOCK)
        response = exchange(
            channel,
            Command(Instruction.INTERNAL_AUTHENTICATE, 0x00, 0x00, factor + random, le=_BLOCK),
        )
        if not response.ok or len(response.data) != _BLOCK:
            return None
        challenge = exchange(channel, Command(Instruction.GET_CHALLENGE, 0x00, 0x00, le=_BLOCK))
        if not challenge.ok or len(challenge.data) != _BLOCK:
            return None
        return CardAuthenticationRequest(
            identification_code=identity.identification_code,
            historical_factor=identity.historical_factor,
            algorithm=identity.algorithm,
            factor=factor,
            random=random,
            response=response.data,
            challenge=challenge.data,
        )
