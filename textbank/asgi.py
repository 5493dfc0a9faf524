"""The web application, for Granian or any other ASGI server."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textbank.settings")
django.setup(set_prefix=False)

from textbank.front_door import FrontDoor  # noqa: E402  (the rooms are furnished now)
from textbank.side_door import SideDoor  # noqa: E402

application = SideDoor(FrontDoor(settings.WEB_THREADS))
