"""What gunicorn serves: the application, once all that it needs is there."""

import os

from spotilla.starting import set_up_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotilla.settings")
set_up_server()

from spotilla.application import application  # noqa: E402

__all__ = ["application"]
