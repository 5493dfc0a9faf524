"""A phone network in a box: speaks Twilio's HTTP, signs its webhooks, and has voters who answer.

For demonstrations and tests. It imports nothing of Textbank and is reached like the real carrier, by its address.
Everything is kept in memory and is gone when it stops.
"""

from simulator.app import build_app
from simulator.settings import Settings

__all__ = ["Settings", "build_app"]
