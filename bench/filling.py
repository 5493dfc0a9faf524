"""Fills a database that has its tables with what a run needs, by statements over all of them.

Columns that are not named here get what their model gives by default, so that a new column costs no line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from bench.shape import (
    ACCOUNT,
    CURRENT,
    EARLIER,
    MOVED,
    OUR_NUMBERS,
    PLACES,
    SLUG,
    TOKEN,
    VOLUNTEERS_AT_ONCE,
    WEBHOOK_KEY,
    Shape,
)

FAR_AWAY = datetime(2100, 1, 1, tzinfo=UTC)  # leases and sessions of a seed do not end
MUCH = 10_000_000  # segments
NAMES = ("Ana", "Ben", "Carla", "Dmitri", "Esther", "Farid", "Grace", "Hugo", "Ines", "Jamal", "Keiko", "Luz")
INITIAL = (
    "Hi {{first_name}}, it's {{user.first_name}}, a volunteer with Green Valley Votes. The election is almost here. "
    "Can we count on you to vote? Reply STOP to opt out."
)
RESPONSE = "Wonderful, thank you {{first_name}}! Could you remind two friends as well?"


def session_key(volunteer: int) -> str:
    """The key of the session in which this volunteer (from 0; -1 is the owner) is signed in."""
    return f"bench{volunteer + 1:027d}"


def fill(shape: Shape) -> None:
    """Takes some minutes for a million contacts with five million messages."""
    fill_tables(shape)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FREEZE, ANALYZE)")
        cursor.execute("CHECKPOINT")


def fill_tables(shape: Shape) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for join in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET enable_{join} = on")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET session_replication_role = replica")  # references are right by construction
    _campaign()
    _people(shape)
    _actions()
    _contacts(shape)
    _conversations(shape)
    _assignments(shape)
    if shape.messages:
        _messages(shape)
        _opt_outs(shape)


def insert(model: type[models.Model], source: str, values: dict[str, Any], /, **columns: str) -> str:
    """An INSERT of a model's table from the rows of `source`: SQL for some columns, defaults for the others.

    The defaults are added to `values`. A column that is nobody's stays NULL, or is numbered by its sequence.
    """
    for field in model._meta.concrete_fields:
        name = str(field.column)
        if name in columns or field.null or field.generated or isinstance(field, models.AutoField):
            continue
        if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
            columns[name] = "now()"
        elif not isinstance(default := field.get_default(), DatabaseDefault):
            values[f"default_{name}"] = field.get_db_prep_save(default, connection)
            columns[name] = f"%(default_{name})s"
    names = ", ".join(columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} FROM {source}"


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _rows(model: type[models.Model], source: str, values: dict[str, Any], /, **columns: str) -> None:
    values = dict(values)
    _run(insert(model, source, values, **columns), values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {model._meta.db_table}))",
            [model._meta.db_table],
        )


@contextmanager
def _without_indexes(model: type[models.Model]) -> Iterator[None]:
    """A table is filled several times faster when its indexes are built afterwards; and they come out compact."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'u'",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = %s::regclass AND NOT indisprimary",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _campaign() -> None:
    from textbank.campaigns.models import Campaign, Registration
    from textbank.carriers.models import CarrierAccount, PhoneNumber

    campaign = Campaign.objects.create(id=1, name="Green Valley Votes", slug=SLUG)
    # As generous as no registry is: what carriers allow is not what is measured.
    Registration.objects.create(
        campaign=campaign,
        status=Registration.Status.APPROVED,
        decided_at=datetime.now(UTC),
        att_per_minute=MUCH,
        tmobile_per_day=MUCH,
    )
    account = CarrierAccount.objects.create(
        campaign=campaign,
        name="Measured phone network",
        base_url="http://127.0.0.1:1",
        account_id=ACCOUNT,
        secret=TOKEN,
        webhook_key=WEBHOOK_KEY,
    )
    PhoneNumber.objects.bulk_create(
        PhoneNumber(campaign=campaign, account=account, number=number, per_minute=MUCH)
        for number in OUR_NUMBERS
    )


def _people(shape: Shape) -> None:
    """The owner, who has id 1, and the volunteers behind, each signed in."""
    from django.contrib.sessions.models import Session

    from textbank.campaigns.models import Membership, Role, User

    no_password = make_password(None)
    users = [
        User(
            id=place + 1,
            email=f"person{place}@example.org",
            first_name=NAMES[place % len(NAMES)],
            password=no_password,
        )
        for place in range(shape.volunteers + 1)
    ]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(id=user.id, campaign_id=1, user=user, role=Role.VOLUNTEER if user.id > 1 else Role.OWNER)
        for user in users
    )
    proof = users[0].get_session_auth_hash()
    Session.objects.bulk_create(
        Session(
            session_key=session_key(user.id - 2),
            session_data=SessionStore().encode(
                {
                    SESSION_KEY: str(user.id),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: proof,
                }
            ),
            expire_date=FAR_AWAY,
        )
        for user in users
    )


def _actions() -> None:
    from textbank.contacts.models import ContactList
    from textbank.texting.models import Script, TextingAction

    contact_list = ContactList.objects.create(
        campaign_id=1, name="Everybody", status=ContactList.Status.READY
    )
    now = datetime.now(UTC)
    for action_id, status in ((EARLIER, "closed"), (CURRENT, "published")):
        action = TextingAction.objects.create(
            id=action_id,
            campaign_id=1,
            contact_list=contact_list,
            title=f"Action {action_id}",
            description="Remind people to vote.",
            status=status,
            published_at=now - timedelta(days=60 / action_id),
            closed_at=now - timedelta(days=20) if status == "closed" else None,
        )
        for kind, text in ((Script.Kind.INITIAL, INITIAL), (Script.Kind.RESPONSE, RESPONSE)):
            Script.objects.create(campaign_id=1, action=action, kind=kind, name=f"{kind}", text=text)


def _values(shape: Shape) -> dict[str, Any]:
    return {
        "contacts": shape.contacts,
        "factor": shape.factor,
        "held": shape.held,
        "assignees": shape.assignees,
        "at_once": VOLUNTEERS_AT_ONCE,
        "open": round(shape.contacts * (1 - shape.shut)),
        "left": round(shape.contacts * shape.left),
        "opted_out_from": shape.opted_out_from,
        "far_away": FAR_AWAY,
        "past": datetime.now(UTC) - timedelta(days=14),
        "heard": max(1, shape.contacts // 5),
        "first_texts": shape.messages * 3 // 5,
        "talk": shape.messages - shape.messages * 3 // 5,
        "initial": INITIAL.replace("{{first_name}}", "Esther").replace("{{user.first_name}}", "Hugo"),
        "numbers": len(OUR_NUMBERS),
    }


# The numbers of all contacts, with their deal.
_NUMBERS = (
    "(SELECT n, n * %(factor)s %% %(contacts)s AS deal"
    " FROM generate_series(1::bigint, %(contacts)s) AS n) AS n"
)


def _contacts(shape: Shape) -> None:
    from textbank.contacts import zones
    from textbank.contacts.models import Contact

    places = PLACES + MOVED
    values = _values(shape) | {
        "areas": [area for area, _state, _zip in places],
        "states": [state for _area, state, _zip in places],
        "zips": [zip_code for _area, _state, zip_code in places],
        "zones": [zones.candidate_zones(f"+1{area}5550100", state, zip5) for area, state, zip5 in places],
        "places": len(places),
        "names": list(NAMES),
        "shut_zones": zones.GUAM,
    }
    with _without_indexes(Contact):
        _rows(
            Contact,
            _NUMBERS,
            values,
            id="n",
            campaign_id="1",
            phone="'+1' || (%(areas)s::text[])[1 + n %% %(places)s] || (2000000 + n / %(places)s)",
            first_name=f"(%(names)s::text[])[1 + n %% {len(NAMES)}]",
            last_name="'Voter' || n %% 5000",
            address="n %% 9000 || ' Oak Street'",
            city="'Green Valley'",
            state="(%(states)s::text[])[1 + n %% %(places)s]",
            zip_code="(%(zips)s::text[])[1 + n %% %(places)s]",
            van_id="(900000 + n)::text",
            zones="CASE WHEN deal >= %(open)s THEN %(shut_zones)s "
            "ELSE (%(zones)s::int[])[1 + n %% %(places)s] END",
            merge_fields='\'{"polling_place": "Oak Street School"}\'::jsonb',
        )


def _conversations(shape: Shape) -> None:
    from textbank.texting.models import Conversation

    was_texted = "%(first_texts)s > 0"
    # A fifth has answered, in the past, at a moment of its own; half of them wait for a reply.
    heard = f"CASE WHEN {was_texted} AND n %% 5 = 0 THEN %(past)s - n * interval '1 second' END"
    with _without_indexes(Conversation):
        _rows(
            Conversation,
            _NUMBERS,
            _values(shape),
            id="n",
            campaign_id="1",
            contact_id="n",
            action_id=f"CASE WHEN {was_texted} THEN {EARLIER} END",
            assignee_id=f"CASE WHEN {was_texted} THEN 2 + (n / 5) %% %(assignees)s END",
            number_id=f"CASE WHEN {was_texted} THEN 1 + n %% %(numbers)s END",
            needs_attention=f"{was_texted} AND n %% 10 = 0",
            is_unread=f"{was_texted} AND n %% 20 = 0",
            last_inbound_at=heard,
            last_initial_at=f"CASE WHEN {was_texted} THEN %(past)s - n * interval '1 second' END",
            last_message_at=f"CASE WHEN {was_texted} THEN %(past)s - n * interval '1 second' END",
        )


def _assignments(shape: Shape) -> None:
    from textbank.texting.models import Assignment

    values = _values(shape)
    with _without_indexes(Assignment):
        _rows(
            Assignment,
            # As publishing lays them down: in the order in which they are dealt.
            f"(SELECT n, deal, c.zones FROM {_NUMBERS} JOIN contacts_contact AS c ON c.id = n.n ORDER BY deal) AS c",
            values,
            id="n",
            campaign_id="1",
            action_id=str(CURRENT),
            contact_id="n",
            draw="(deal * (2147483647 / %(contacts)s))::int",
            zones="zones",
            outcome="CASE WHEN deal < %(left)s THEN 'untexted' ELSE 'texted' END",
            texted_at="CASE WHEN deal >= %(left)s THEN %(past)s END",
            holder_id="CASE WHEN deal < %(held)s THEN 2 + deal %% %(at_once)s END",
            held_until="CASE WHEN deal < %(held)s THEN %(far_away)s END",
        )
        if shape.messages:
            _rows(
                Assignment,
                f"{_NUMBERS} JOIN contacts_contact AS c ON c.id = n.n",
                values,
                id="%(contacts)s + n",
                campaign_id="1",
                action_id=str(EARLIER),
                contact_id="n",
                draw="floor(random() * 2147483647)::int",
                zones="c.zones",
                outcome="'texted'",
                texted_at="%(past)s",
            )


def _messages(shape: Shape) -> None:
    """Three fifths are first texts, of which each contact's latest still waits for its receipts; the rest is talk."""
    from textbank.texting.models import Message

    values = _values(shape)
    first = "round = 0"
    with _without_indexes(Message):
        _rows(
            Message,
            "(SELECT 1 + (i - 1) %% %(contacts)s AS n, (i - 1) / %(contacts)s AS round, i"
            " FROM generate_series(1::bigint, %(first_texts)s) AS i) AS text",
            values,
            campaign_id="1",
            conversation_id="n",
            kind="'initial'",
            status=f"CASE WHEN {first} THEN 'sent' ELSE 'delivered' END",
            text="%(initial)s",
            token="md5('press ' || i)::uuid",  # noqa: S106
            key=f"md5(CASE WHEN {first} THEN 'first ' || n ELSE 'later ' || i END)::uuid",
            action_id=str(EARLIER),
            assignment_id=f"CASE WHEN {first} THEN %(contacts)s + n END",
            script_id="1",
            sender_id="2 + (n / 5) %% %(assignees)s",
            number_id="1 + n %% %(numbers)s",
            carrier_id="'SM' || md5('first ' || i)",
            attempts="1",
            created_at="%(past)s - i * interval '10 milliseconds'",
            sending_at="%(past)s - i * interval '10 milliseconds'",
            sent_at="%(past)s - i * interval '10 milliseconds'",
            settled_at=f"CASE WHEN NOT {first} THEN %(past)s - i * interval '10 milliseconds' END",
        )
        ours = "turn %% 2 = 1"
        _rows(
            Message,
            "(SELECT 5 * (1 + (i - 1) %% %(heard)s) AS n, (i - 1) / %(heard)s AS turn, i"
            " FROM generate_series(1::bigint, %(talk)s) AS i) AS text",
            values,
            campaign_id="1",
            conversation_id="n",
            kind=f"CASE WHEN {ours} THEN 'reply' ELSE 'incoming' END",
            status=f"CASE WHEN {ours} THEN 'delivered' ELSE 'received' END",
            text="'Yes, I have a plan to vote. Thank you for asking, number ' || i",
            token=f"CASE WHEN {ours} THEN md5('talk ' || i)::uuid END",
            key=f"CASE WHEN {ours} THEN md5('talk ' || i)::uuid END",
            action_id=str(EARLIER),
            sender_id=f"CASE WHEN {ours} THEN 2 + (n / 5) %% %(assignees)s END",
            carrier_id="'SM' || md5('talk ' || i)",
            created_at="%(past)s - n * interval '1 second' - (20 - turn) * interval '1 minute'",
        )


def _opt_outs(shape: Shape) -> None:
    from textbank.contacts.models import OptOut

    _rows(
        OptOut,
        f"{_NUMBERS} JOIN contacts_contact AS c ON c.id = n.n WHERE deal >= %(opted_out_from)s",
        _values(shape),
        campaign_id="1",
        phone="c.phone",
        source="'keyword'",
        words="'STOP'",
        opted_out_at="%(past)s",
    )
