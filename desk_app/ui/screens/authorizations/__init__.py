"""Who may use the holder's data."""
