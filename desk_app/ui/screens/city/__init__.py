"""What is open in this city."""
