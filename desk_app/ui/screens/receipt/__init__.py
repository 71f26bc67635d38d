"""Receipts: previewed, printed and saved on the page of the statements, with a form of their own."""
