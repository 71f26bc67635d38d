"""The page of batches: annual statements of many people at once."""
