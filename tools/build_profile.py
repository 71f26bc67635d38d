#!/usr/bin/env python3
"""Make `resources/colours/srgb.icc`, the sRGB profile that every document embeds.

Little CMS (in Pillow) builds it from the numbers of IEC 61966-2-1 and marks it "No copyright, use freely".
Its date is set to a fixed one, so that it comes out the same each time, and its version to 4.2, the newest
that PDF/A-2 knows (ISO 15076-1:2005).

    .venv/bin/python tools/build_profile.py
"""

from pathlib import Path

from PIL import ImageCms

TARGET = Path(__file__).parents[1] / "resources/colours/srgb.icc"
VERSION, DATE = slice(8, 12), slice(24, 36)
"""Where an ICC profile's header has them."""


def build() -> bytes:
    """The profile's bytes."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[VERSION] = b"\x04\x20\x00\x00"
    profile[DATE] = b"".join(part.to_bytes(2) for part in (2026, 1, 1, 0, 0, 0))
    return bytes(profile)


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(build())
