"""Windows, screens and widgets of the counter."""
