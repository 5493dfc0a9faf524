"""Whether anything behind an open page has changed, for many pages in one statement.

A stamp is made of the versions of the rows that a page shows (xmin and ctid, which PostgreSQL changes with every
update): as long as it is the same, so are they. It says nothing about the time of day or the rows that a page hardly
ever depends on, so a page is to be made anew now and then all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from textbank.querying import rows

# The conversations in a volunteer's inbox, whatever the folder; each text in one of them touches its row.
_LISTS = """
    SELECT (
        SELECT concat(count(*), ' ', sum(hashtextextended(concat(v.xmin, v.ctid), 0)))
        FROM texting_conversation AS v
        WHERE v.campaign_id = %(campaign)s AND v.assignee_id = asked.member_id
          AND v.last_inbound_at IS NOT NULL AND v.hidden_at IS NULL
    ) AS stamp
    FROM unnest(%(members)s::bigint[]) WITH ORDINALITY AS asked(member_id, place) ORDER BY asked.place
"""
_THREADS = """
    SELECT (
        SELECT concat(v.assignee_id, ' ', v.xmin, v.ctid, ' ', (
            SELECT concat(count(*), ' ', sum(hashtextextended(concat(m.xmin, m.ctid), 0)))
            FROM texting_message AS m WHERE m.conversation_id = v.id AND m.campaign_id = %(campaign)s
        ))
        FROM texting_conversation AS v WHERE v.id = asked.id AND v.campaign_id = %(campaign)s
    ) AS stamp
    FROM unnest(%(conversations)s::bigint[]) WITH ORDINALITY AS asked(id, place) ORDER BY asked.place
"""


def of_lists(campaign_id: int, member_ids: Sequence[int]) -> list[str]:
    """The stamp of each member's inbox."""
    return [row["stamp"] for row in rows(_LISTS, campaign=campaign_id, members=list(member_ids))]


def of_threads(campaign_id: int, conversation_ids: Sequence[int]) -> list[str | None]:
    """The stamp of each conversation, whoever reads it; None for one that the campaign does not have."""
    found = rows(_THREADS, campaign=campaign_id, conversations=list(conversation_ids))
    return [row["stamp"] for row in found]
