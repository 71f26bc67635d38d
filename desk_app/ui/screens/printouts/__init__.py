"""Print jobs of this window: followed to their end, cancelled, confirmed, printed again."""
