from textbank.campaigns.models.campaign import (
    EARLIEST,
    LATEST,
    Campaign,
    new_join_code,
    new_join_token,
    validate_time_zone,
)
from textbank.campaigns.models.people import Membership, Role, User
from textbank.campaigns.models.registration import Registration

__all__ = [
    "EARLIEST",
    "LATEST",
    "Campaign",
    "Membership",
    "Registration",
    "Role",
    "User",
    "new_join_code",
    "new_join_token",
    "validate_time_zone",
]
