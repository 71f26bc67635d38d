"""Card readers and cards: the one place that talks PC/SC."""
