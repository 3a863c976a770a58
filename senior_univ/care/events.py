"""What happened in a home; handlers run in the same transaction."""

from blinker import Signal

residency_ended = Signal("residency ended")
"""Sent with ``residency`` (its ``to_on`` and ``end`` are set) and ``by`` when somebody leaves a home for good, not when
she moves within it."""

care_day_changed = Signal(
    "A time of the care day was added, changed, excepted or taken out: home_id, unit_id, person_id (whose; None)."
)
resident_came = Signal("Somebody lives in a home, or in another unit of it, from today: residency.")
resident_away = Signal("A resident is away for some days: away.")
resident_back = Signal("A resident is back, or was never away: away.")
quarantine_declared = Signal("Nobody enters or leaves a unit for some days: quarantine, by, settings (or None).")
quarantine_lifted = Signal("A unit is open again before its time: quarantine, by.")
