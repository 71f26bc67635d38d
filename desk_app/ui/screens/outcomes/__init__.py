"""What became of the applications that a clerk has filed."""
