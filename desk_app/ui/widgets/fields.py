"""Fields to type into."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton

from desk_app.ui.speech import Speech


def clearable(field: QLineEdit, speech: Speech) -> None:
    """Give the field Qt's button that empties it, with a name for those who listen."""
    field.setClearButtonEnabled(True)
    for made in field.findChildren(QToolButton):
        speech.bind("field_button.clear", made.setAccessibleName, made.setToolTip)
