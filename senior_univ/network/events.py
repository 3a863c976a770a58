"""What happens in the network. A higher feature that still needs what is being closed refuses with a DomainError."""

from blinker import Signal

organisation_closing = Signal("an organisation is being closed")
"""Sent with ``organisation``."""

venue_closing = Signal("a venue and its rooms are being closed")
"""Sent with ``venue``."""

room_closing = Signal("a room is being closed")
"""Sent with ``room``."""

opening_hours_changed = Signal("the hours in which a venue is open have changed")
"""Sent with ``venue``."""

room_changed = Signal("a room has changed or is no longer in use")
"""Sent with ``room``."""
