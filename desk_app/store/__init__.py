"""The local record: tables, repositories and units of work on SQLCipher or PostgreSQL."""
