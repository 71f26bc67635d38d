"""Counter application for a social-insurance service hall."""

__version__ = "0.1.0"
