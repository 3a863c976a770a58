"""The demo: invented people in real counties and townships, always the same for the same size, relative to today.

Top of all features, imported by none. It writes rows directly and in bulk rather than through actions, since it must
make a past (lessons already held), and a hundred thousand learners in minutes; the database's own guards still check
every seat and booking. Nothing in it is about a real person; phones begin with 130 0000, which no carrier has given out
to anybody here, and the demo's sender sends nothing.
"""
