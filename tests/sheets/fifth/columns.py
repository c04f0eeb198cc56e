"""The columns of the sheet."""

from sheets.columns import Column, text

COLUMNS = (Column(key="name", headings=("Laji", "Kind", "Slag"), read=text(100), required=True, own=True),)
BY_KEY = {column.key: column for column in COLUMNS}
