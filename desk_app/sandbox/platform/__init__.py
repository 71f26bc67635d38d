"""The sandbox's national platform: the whole contract (resources/contracts/platform.openapi.yaml) over HTTP.

It keeps a durable store of its own, so that what it has acknowledged survives being killed.
"""
