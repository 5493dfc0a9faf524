"""The web application, for Granian or any other ASGI server."""

import os

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textbank.settings")
pages = get_wsgi_application()

from django.conf import settings  # noqa: E402  (there are settings now)

from textbank.side_door import SideDoor  # noqa: E402

application = SideDoor(WSGIMiddleware(pages, workers=settings.WEB_THREADS))  # type: ignore[arg-type]
