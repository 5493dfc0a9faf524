"""What carriers grant a use case, by the class that the registry puts it in.

Facts of November 2026, as carriers' gateways publish them: Telnyx, "10DLC rate limits"; Signal House, help 5781121;
Scale to Win, help 66000496700; Twilio, "A2P 10DLC MPS". Classes change and brands are vetted again, so a campaign
may also write down other numbers than these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrustClass:
    """One class: what it is called, and what it may send.

    `att_per_minute`: segments a minute of the use case to AT&T's phones. `tmobile_per_day`: segments a day of the
    brand (over all its use cases and vendors) to T-Mobile's; None where T-Mobile sets no cap in effect.
    """

    key: str
    label: str
    att_per_minute: int
    tmobile_per_day: int | None

    def __str__(self) -> str:
        most = (
            f"T-Mobile {self.tmobile_per_day:,} a day" if self.tmobile_per_day else "T-Mobile without a cap"
        )
        return f"{self.label}: AT&T {self.att_per_minute:,} a minute, {most}"


TRUST_CLASSES = {
    each.key: each
    for each in (
        TrustClass("75", "Score 75 to 100", 4_500, 200_000),
        TrustClass("50", "Score 50 to 74", 2_400, 40_000),
        TrustClass("25", "Score 25 to 49", 240, 10_000),
        TrustClass("1", "Score 1 to 24", 240, 2_000),
        TrustClass("low", "Low volume, mixed", 75, 2_000),
        TrustClass("sole", "Sole proprietor", 15, 1_000),
        TrustClass("527", "Political, with Campaign Verify", 4_500, None),
        # From 2,000 to 200,000, by a score that is told later: the least is never too much.
        TrustClass("501c4", "Political, 501(c)(4), (5) or (6), before its score is known", 4_500, 2_000),
    )
}
