"""Stand-ins for the outside world: emulated cards, a platform server, synthetic people."""
