"""Calendar feeds 日历订阅: private addresses, one per person, class or room, that a calendar reads (RFC 5545).

Whoever knows an address reads the feed, without signing in: calendars can't. So an address is random, shown once, kept
as a hash only, and can be taken back at any time; a feed of a class or a room names no learner. A feed of a person stops
by itself when she is gone, or when the relative who made it may no longer see her timetable.

A lesson keeps its UID for ever; ``Lesson.revision`` is its SEQUENCE, so that a calendar knows which news is newer. A
cancelled lesson stays in the feed as cancelled: one that merely vanished would stay in some calendars.

May import attendance and everything below it.
"""
