"""What happened in a home; handlers run in the same transaction."""

from blinker import Signal

residency_ended = Signal("residency ended")
"""Sent with ``residency`` (its ``to_on`` is set) and ``by`` when somebody leaves a home, not when she moves within it."""
