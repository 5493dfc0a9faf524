"""An owner or admin changes somebody's place in the campaign: their role, a suspension, the way back in."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models, transaction

from textbank import clock
from textbank.campaigns.models import Campaign, Membership, Role, new_join_code, new_join_token


class NotAllowed(Exception):
    """The change is refused; the words say why, to the one who asked for it."""


@transaction.atomic
def change_role(actor: Membership, member: Membership, role: str) -> None:
    """Gives the member another role. Only owners make or change owners; raises `NotAllowed`."""
    actor, member = _held(actor, member)
    if role == Role.OWNER and actor.role != Role.OWNER:
        raise NotAllowed("Only an owner can make somebody an owner.")
    if role != member.role:
        _check_owner_may_go(actor, member)
    Membership.objects.filter(pk=member.pk).update(role=role)


@transaction.atomic
def suspend(actor: Membership, member: Membership) -> None:
    """Takes the member's access away at once; their work stays. Raises `NotAllowed`."""
    actor, member = _held(actor, member)
    if actor.pk == member.pk:
        raise NotAllowed("You cannot suspend yourself. Another admin or owner can.")
    _check_owner_may_go(actor, member)
    Membership.objects.filter(pk=member.pk, suspended_at=None).update(suspended_at=clock.now())


@transaction.atomic
def let_back_in(actor: Membership, member: Membership) -> None:
    """Ends a suspension. Raises `NotAllowed` for an admin who would bring back an owner."""
    actor, member = _held(actor, member)
    if member.role == Role.OWNER and actor.role != Role.OWNER:
        raise NotAllowed("Only an owner can change an owner's place.")
    Membership.objects.filter(pk=member.pk).update(suspended_at=None)


def rotate_join_code(campaign: Campaign) -> None:
    """Makes a new join code; the old one opens nothing from now on."""
    _replace(campaign, "join_code", new_join_code)


def rotate_join_link(campaign: Campaign) -> None:
    """Makes a new join link; the old one opens nothing from now on."""
    _replace(campaign, "join_token", new_join_token)


def _held(actor: Membership, member: Membership) -> tuple[Membership, Membership]:
    """Both, fresh and locked together with every owner: two owners who demote each other wait in line."""
    rows = (
        Membership.objects.select_for_update()
        .filter(campaign_id=member.campaign_id)
        .filter(models.Q(role=Role.OWNER) | models.Q(pk__in=[actor.pk, member.pk]))
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    return found[actor.pk], found[member.pk]


def _check_owner_may_go(actor: Membership, member: Membership) -> None:
    """Refuses when the member is an owner and this actor, or nobody, may take that away."""
    if member.role != Role.OWNER:
        return
    if actor.role != Role.OWNER:
        raise NotAllowed("Only an owner can change an owner's place.")
    if not member.campaign.memberships.live().filter(role=Role.OWNER).exclude(pk=member.pk).exists():
        raise NotAllowed(f"{member.user} is the last owner. Make somebody else an owner first.")


def _replace(campaign: Campaign, field: str, new: Callable[[], str]) -> None:
    """Writes a new value that no other campaign has."""
    while True:
        value = new()
        if not Campaign.objects.filter(**{field: value}).exists():
            Campaign.objects.filter(pk=campaign.pk).update(**{field: value})
            return
