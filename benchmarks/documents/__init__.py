"""What the benchmark of documents draws, and who draws it."""
