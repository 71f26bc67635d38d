"""What is open in this city, which channel apps are admitted, and whether the platform answers."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.e_card import Channel, CityService
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import Platform, PlatformHealth


@dataclass(frozen=True)
class City:
    """Inquiries that concern no citizen."""

    platform: Platform

    @on(LaneName.PLATFORM)
    def services(self, region: str) -> tuple[CityService, ...]:
        """The service catalogue of a region (GB/T 2260, six digits)."""
        return self.platform.services(region)

    @on(LaneName.PLATFORM)
    def channels(self) -> tuple[Channel, ...]:
        """All channel apps, admitted or not."""
        return self.platform.channels()

    @on(LaneName.PLATFORM)
    def health(self) -> PlatformHealth:
        """Whether the platform answers, and how its clock stands to ours."""
        return self.platform.health()
