"""The repositories: each implements one protocol of `services.ports` over one transaction."""
