"""The verbs of the counter, written against the ports in `desk_app.services.ports`."""
