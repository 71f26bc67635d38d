"""A security module that has the sandbox's keys, or that has a bad day."""

import time
from dataclasses import dataclass

from desk_app.domain.errors import PlatformError
from desk_app.sandbox import crypto
from desk_app.services.ports import CardAuthenticationRequest, CardAuthenticationResult


@dataclass
class SandboxKeys:
    """Judges cards by the sandbox's scheme, after `seconds`; raises `trouble` instead if there is any."""

    trouble: PlatformError | None = None
    seconds: float = 0.0

    def authenticate_card(self, request: CardAuthenticationRequest) -> CardAuthenticationResult:
        time.sleep(self.seconds)
        if self.trouble is not None:
            raise self.trouble
        diversifier, factor = request.historical_factor, bytes(range(8))
        expected = crypto.internal_response(diversifier, request.factor, request.random)
        if request.response != expected:
            return CardAuthenticationResult(False)
        cryptogram = crypto.external_cryptogram(diversifier, factor, request.challenge)
        return CardAuthenticationResult(True, cryptogram, factor)
