"""The web application, for Granian or any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textbank.settings")
front_door = get_wsgi_application()

from textbank.side_door import SideDoor  # noqa: E402  (needs the settings that the line above reads)

application = SideDoor(front_door)
