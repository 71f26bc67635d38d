"""The shift: what the day amounts to, its report, and signing it off."""
