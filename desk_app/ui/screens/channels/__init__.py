"""The channel apps and where their admission stands."""
