"""Statements: asked for, previewed, printed, saved."""
