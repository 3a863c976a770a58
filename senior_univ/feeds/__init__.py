"""Calendar feeds 日历订阅: private addresses, one per person, class or room, that a calendar reads (RFC 5545).

May import attendance and everything below it.
"""
