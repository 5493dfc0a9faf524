"""People, and their place in campaigns."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from textbank.campaigns.models.campaign import Campaign


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
