"""Leave: a learner, or a relative whom she lets, says before a lesson that she will not come.

A leave belongs to one lesson and may be taken back until the lesson begins; asking twice is the same leave. Where a
lesson is moved onto another one of hers she is on leave from it without asking (``asked_by_id`` is None), and comes
back by herself if the lesson moves away again. Her time stays taken while she is on leave.

Who is on leave is shown on pages of enrolment, which is below this feature: it asks by an event (see ``reactions``).
May import enrolment, timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
