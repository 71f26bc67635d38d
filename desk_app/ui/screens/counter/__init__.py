"""The counter: who is here, what can be done."""
