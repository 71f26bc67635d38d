"""The window is covered until its operator is back, or another one goes on."""
