"""How fast a file of contacts comes in, and in how much memory. Prints one line of JSON.

    python -m bench.import_contacts [rows]

Uses DATABASE_URL, or an embedded PostgreSQL in .textbank/bench. The campaign it makes is deleted again.
"""

from __future__ import annotations

import io
import json
import os
import random
import resource
import sys
import time
from contextlib import ExitStack
from pathlib import Path


def main(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textbank.settings")
    os.environ.setdefault("TEXTBANK_SECRET_KEY", "not-used")
    os.environ["TEXTBANK_DEBUG"] = "no"  # or every statement is kept in memory
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            from textbank.embedded import EmbeddedPostgres

            folder = Path(".textbank/bench").resolve()
            os.environ["DATABASE_URL"] = stack.enter_context(EmbeddedPostgres(folder)).url()
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        stack.callback(connection.close_pool)
        call_command("migrate", verbosity=0)
        print(json.dumps(measure(rows)))  # noqa: T201


def measure(rows: int) -> dict[str, object]:
    from textbank.campaigns.models import Campaign
    from textbank.contacts import importing
    from textbank.contacts.models import ContactImport

    content = file_of(rows)
    campaign = Campaign.objects.create(name="Measured", slug=f"measured-{os.getpid()}")
    before = peak_mb()
    try:
        uploading = time.perf_counter()
        contact_import = importing.upload(campaign, None, "measured.csv", io.BytesIO(content))
        importing.start(contact_import, "Measured", contact_import.mapping)
        running = time.perf_counter()
        importing.run(contact_import.pk)
        ended, peak = time.perf_counter(), peak_mb()
        done = ContactImport.objects.get(pk=contact_import.pk)
        if done.status != ContactImport.Status.FINISHED:
            raise SystemExit(f"The import did not finish: {done.problem}")
    finally:
        campaign.delete()
    return {
        "rows": rows,
        "megabytes": round(len(content) / 1e6, 1),
        "upload_seconds": round(running - uploading, 2),
        "seconds": round(ended - running, 2),
        "rows_per_second": round(rows / (ended - running)),
        "peak_mb": peak,
        "peak_mb_before": before,
        "counts": done.counts,
    }


def file_of(rows: int) -> bytes:
    """Eight columns, invented people, one phone in twenty not valid."""
    deal = random.Random(1)  # noqa: S311
    areas = ("919", "984", "704", "336", "828", "910", "252", "980", "743", "602", "480", "213", "312", "808")
    out = io.StringIO()
    out.write("first_name,last_name,cell,address,city,state,zip,van_id\n")
    for number in range(rows):
        phone = f"({deal.choice(areas)}) {deal.randint(200, 999)}-{deal.randint(0, 9999):04}"
        if number % 20 == 0:
            phone = f"{deal.randint(0, 10**9)}"
        out.write(
            f"First{number % 997},O'Last{number % 4999},{phone},{number % 9000} Oak Street Apt {number % 40},"
            f"Raleigh,NC,27{number % 1000:03},{900000 + number}\n"
        )
    return out.getvalue().encode()


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
