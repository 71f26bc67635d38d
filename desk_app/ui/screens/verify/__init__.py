"""Verification codes from paper."""
