"""What happens to teachers. A higher feature that still needs one refuses with a DomainError."""

from blinker import Signal

teacher_retiring = Signal("a teacher retires")
"""Sent with ``teacher``."""
