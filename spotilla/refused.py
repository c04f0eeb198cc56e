"""What an operation answers when a rule of the office forbids it."""

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """A rule of the office forbids the operation; nothing was changed. The message is in the user's language."""
