"""What happens in the catalogue. A higher feature that still needs a course refuses with a DomainError."""

from blinker import Signal

course_closing = Signal("a course is being closed")
"""Sent with ``course``."""
