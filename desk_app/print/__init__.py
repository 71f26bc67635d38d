"""Documents: layout, drawing and sealing of what is handed to the citizen."""
