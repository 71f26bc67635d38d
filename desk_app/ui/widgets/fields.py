"""Fields to type into or to choose from, below their names."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, column, label


def named(
    speech: Speech, key: str, name: str, *, secret: bool = False
) -> tuple[QWidget, QLineEdit]:
    """A field below its name, and the box that holds both."""
    field = QLineEdit()
    field.setObjectName(name)
    if secret:
        field.setEchoMode(QLineEdit.EchoMode.Password)
    return under_name(speech, key, field), field


def under_name(speech: Speech, key: str, field: QWidget) -> QWidget:
    """The box with a field below its name."""
    title = label("strong")
    title.setBuddy(field)
    speech.bind(key, title.setText, field.setAccessibleName)
    return below(title, field)


def below(above: QWidget, field: QWidget) -> QWidget:
    """The box with a field below something else."""
    box = QWidget()
    box.setLayout(column(above, field, spacing=GRID // 2))
    return box


def clearable(field: QLineEdit, speech: Speech) -> None:
    """Give the field Qt's button that empties it, with a name for those who listen."""
    field.setClearButtonEnabled(True)
    for made in field.findChildren(QToolButton):
        speech.bind("field_button.clear", made.setAccessibleName, made.setToolTip)
