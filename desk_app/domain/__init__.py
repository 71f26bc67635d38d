"""Pure rules and frozen values of the counter: no I/O, no third-party imports."""
