"""What was issued to the citizen of the visit."""
