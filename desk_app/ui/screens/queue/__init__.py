"""The supervisor's workspace: what waits for a decision, one case, and the decision."""
