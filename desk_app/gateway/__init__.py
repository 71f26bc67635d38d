"""The national platform's client: every call of its contract, signed; the one importer of httpx."""
