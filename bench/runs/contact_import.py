"""`import`: a file of a million rows is uploaded, its columns are named, and the worker puts it in place.

`seconds` go from the naming of the columns to the end of the import; the upload has its own figure. Peak memory is
that of the worker, where the work is done, and of the pages, which take the file.
"""

from __future__ import annotations

import http.client
import io
import random
import re
import time
from typing import Any
from urllib.parse import urlencode

from bench import line
from bench.options import Options
from bench.shape import Shape
from bench.stage import Stage, rows
from bench.visitors import CAMPAIGN, Visitor, arrive
from demo.programs import Failed

IMPORTS = f"{CAMPAIGN}/staff/contacts/imports/"
BOUNDARY = "a-line-that-stands-in-no-file"
PATIENCE = 600.0  # seconds
OWNER = -1

_STANDING = "SELECT status, problem, rows_read, counts FROM contacts_contactimport WHERE id = %s"
_LISTED = (
    "SELECT count(*), count(DISTINCT c.phone) FROM contacts_contactlistentry AS e "
    "JOIN contacts_contact AS c ON c.id = e.contact_id WHERE e.contact_list_id = "
    "(SELECT contact_list_id FROM contacts_contactimport WHERE id = %s)"
)


def shape(_options: Options) -> Shape:
    return Shape(1000)


def measure(stage: Stage, options: Options) -> dict[str, Any]:
    stage.start_web(options.web, options.threads)
    stage.start_worker()
    owner, content = arrive(stage.port, OWNER), file_of(options.rows)
    uploading = time.monotonic()
    number = _upload(owner, content)
    uploaded, meter = time.monotonic(), stage.meter()
    _name_columns(owner, number)
    status, problem, counts = _wait(number)
    seconds, cpu = time.monotonic() - uploaded, meter.seconds()
    listed, phones = rows(_LISTED, [number])[0]
    counted = sum(counts.values())
    return {
        "seconds": round(seconds, 2),
        "count": counted,
        "rate": round(counted / seconds, 1),
        **line.milliseconds([]),
        "errors": int(status != "finished"),
        "lost": options.rows - counted,
        "doubled": listed - phones,
        "upload_seconds": round(uploaded - uploading, 2),
        "megabytes": round(len(content) / 1e6, 1),
        "counts": counts,
        "first_problem": problem,
        **line.cpu(cpu, None, counted),
    }


def file_of(count: int) -> bytes:
    """Eight columns, invented people, one phone in twenty not valid."""
    deal = random.Random(1)  # noqa: S311
    areas = ("919", "984", "704", "336", "828", "910", "252", "980", "743", "602", "480", "213", "312", "808")
    out = io.StringIO()
    out.write("first_name,last_name,cell,address,city,state,zip,van_id\n")
    for number in range(count):
        phone = f"({deal.choice(areas)}) {deal.randint(200, 999)}-{deal.randint(0, 9999):04}"
        if number % 20 == 0:
            phone = f"{deal.randint(0, 10**9)}"
        out.write(
            f"First{number % 997},O'Last{number % 4999},{phone},{number % 9000} Oak Street Apt {number % 40},"
            f"Raleigh,NC,27{number % 1000:03},{900000 + number}\n"
        )
    return out.getvalue().encode()


def _upload(owner: Visitor, content: bytes) -> int:
    """Sends the file as a browser would; returns the number of its import."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{owner.token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="voters.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    address = _post(owner, f"{IMPORTS}new/", body, f"multipart/form-data; boundary={BOUNDARY}")
    found = re.search(r"imports/(\d+)/", address)
    if not found:
        raise Failed(f"The file was not taken: {address}")
    return int(found[1])


def _name_columns(owner: Visitor, number: int) -> None:
    """Takes the columns as Textbank has guessed them."""
    mapping = rows("SELECT mapping FROM contacts_contactimport WHERE id = %s", [number])[0][0]
    fields = {f"column_{column}": field for column, field in _from_json(mapping).items()}
    _post(
        owner,
        f"{IMPORTS}{number}/columns/",
        urlencode({"list_name": "Measured", **fields}).encode(),
        "application/x-www-form-urlencoded",
    )


def _post(owner: Visitor, path: str, body: bytes, kind: str) -> str:
    """Where the answer leads. Raises `Failed` when it leads nowhere."""
    cookie = owner.get("/").split(b"Cookie: ")[1].split(b"\r\n")[0].decode()
    origin = f"http://127.0.0.1:{owner.port}"
    headers = {"Cookie": cookie, "Origin": origin, "X-CSRFToken": owner.token, "Content-Type": kind}
    connection = http.client.HTTPConnection("127.0.0.1", owner.port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    if answer.status != 302:
        raise Failed(f"{path} answers {answer.status}: {content[-2000:].decode('utf-8', 'replace')}")
    return answer.headers["Location"]


def _wait(number: int) -> tuple[str, str, dict[str, int]]:
    deadline = time.monotonic() + PATIENCE
    while True:
        status, problem, _read, counts = rows(_STANDING, [number])[0]
        if status != "running" or time.monotonic() > deadline:
            return status, problem, _from_json(counts)
        time.sleep(0.1)


def _from_json(value: Any) -> Any:
    """Django's cursor hands JSON over as text."""
    import json

    return json.loads(value) if isinstance(value, str) else value
