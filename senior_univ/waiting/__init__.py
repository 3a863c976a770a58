"""The waiting list 候补: who waits for a full class, in which order, and the offers of freed seats.

May import enrolment, timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
