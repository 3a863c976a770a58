"""What happens to teachers. A higher feature that still needs one refuses with a DomainError."""

from blinker import Signal

teacher_retiring = Signal("a teacher retires")
"""Sent with ``teacher``."""

availability_changed = Signal("the times at which a teacher can teach have changed")
"""Sent with ``teacher``, for every change of her week and its exceptions."""

teacher_checked = Signal("until when a teacher's safety check is good was written")
"""Sent with ``teacher``, when that day changes."""

papers_expiring = Signal("checks and qualifications of teachers end soon")
"""Sent with ``papers``, a list of :class:`~senior_univ.teaching.queries.ExpiringPaper`, as long as they are soon to end."""

volunteer_answered = Signal("a volunteer's application was approved or refused")
"""Sent with ``application``; it has a ``teacher_id`` where it was approved."""
