"""Who may be here: people, campaigns, and their place in them."""

from __future__ import annotations

import secrets
from datetime import time
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, first_name: str = "", last_name: str = "") -> User:
        """Adds a person who will sign in by e-mail; there is no password."""
        user = self.model(email=email.strip().lower(), first_name=first_name, last_name=last_name)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in: one person, who may belong to many campaigns."""

    email = models.EmailField(max_length=254, unique=True, help_text="In lower case")
    first_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_is_lower_case")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name others see; the part before the @ until the person has told us."""
        return f"{self.first_name} {self.last_name}".strip() or self.email.split("@")[0]

    @property
    def initials(self) -> str:
        letters = [part[0] for part in (self.first_name, self.last_name) if part]
        return "".join(letters).upper() or self.email[0].upper()


def new_join_code() -> str:
    """Six digits that a volunteer can type from a whiteboard."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_join_token() -> str:
    return secrets.token_urlsafe(12)


# Nobody may be texted outside these hours, whatever a campaign writes: 47 CFR 64.1200(c)(1).
EARLIEST, LATEST = time(8), time(21)


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"'{name}' is not a time zone. Write it like America/New_York.")


class Campaign(models.Model):
    """The tenant: its own people, contacts, numbers, settings and opt-outs.

    The texting settings below are obeyed by every action of the campaign.
    """

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    join_code = models.CharField(max_length=6, unique=True, default=new_join_code)
    join_token = models.CharField(max_length=32, unique=True, default=new_join_token)
    created_at = models.DateTimeField(auto_now_add=True)

    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    texting_opens = models.TimeField(default=time(9))
    texting_closes = models.TimeField(default=time(20))
    respects_contact_zones = models.BooleanField(default=True)
    bucket_size = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    prevents_frequent_texting = models.BooleanField(default=True)
    allows_custom_responses = models.BooleanField(default=True)
    contact_first_name_fallback = models.CharField(max_length=40, default="there", blank=True)
    user_first_name_fallback = models.CharField(max_length=40, default="a volunteer", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(bucket_size__gte=1, bucket_size__lte=1000),
                name="bucket_size_from_1_to_1000",
            ),
            models.CheckConstraint(
                condition=models.Q(texting_opens__lt=models.F("texting_closes")),
                name="texting_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(texting_opens__gte=EARLIEST, texting_closes__lte=LATEST),
                name="texting_hours_within_8_to_21",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Role(models.TextChoices):
    """A member's place in a campaign, from most rights to fewest."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    VOLUNTEER = "volunteer", "Volunteer"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> MembershipQuerySet:
        """Members who may come in: a suspended one loses access at once."""
        return self.filter(suspended_at=None, user__is_active=True)

    def matching(self, q: str, role: str) -> MembershipQuerySet:
        """Members with every word of `q` in their name or e-mail; `role` may also be "suspended"."""
        found = self
        for word in q.split():
            found = found.filter(
                models.Q(user__first_name__icontains=word)
                | models.Q(user__last_name__icontains=word)
                | models.Q(user__email__icontains=word)
            )
        if role == "suspended":
            return found.filter(suspended_at__isnull=False)
        return found.filter(role=role) if role else found


class Membership(models.Model):
    """One user's place in one campaign. Every row a person reaches is reached through theirs."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.VOLUNTEER)
    joined_at = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_membership_per_campaign_and_user")
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.campaign}"

    @property
    def is_staff_member(self) -> bool:
        """Whether the pages of owners and admins are open to this member."""
        return self.role in (Role.OWNER, Role.ADMIN)
