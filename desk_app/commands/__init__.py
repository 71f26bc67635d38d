"""What each command of the command line does; `desk_app.cli` parses and calls."""
