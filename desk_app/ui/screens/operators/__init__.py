"""Looking after operators."""
