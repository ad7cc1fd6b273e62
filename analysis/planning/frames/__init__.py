"""Frames as offices give them: read from CSV or XLSX, refused where they name people, checked, and made anonymous."""
