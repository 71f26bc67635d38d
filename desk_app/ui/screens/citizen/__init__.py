"""The second window, for the citizen."""
