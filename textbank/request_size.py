"""How much a request may bring. Asked before anything of it is read, and so before anybody is known.

Django keeps bodies that are too long out of memory, but writes files to disk first and counts afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

MOST = 3_000_000
CONTACT_FILE = re.compile(r"/c/[^/]+/staff/contacts/imports/new/?")
MOST_FOR_A_CONTACT_FILE = 301_000_000  # a little above what the import takes, so that it can say why


class RequestSize:
    """Answers 413 to a request that announces too much. What is not announced is not read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        most = MOST_FOR_A_CONTACT_FILE if CONTACT_FILE.fullmatch(request.path) else MOST
        if not announced.isdecimal() or len(announced) > 12 or int(announced) > most:
            return HttpResponse("That is more than a request may bring here.", status=413)
        return self.get_response(request)
