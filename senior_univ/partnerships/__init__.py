"""A care home asks a teaching site for a class, the site offers one, the home agrees and schedules it in its own room.

A request's state is read off its records (declined, taken back, offers and what became of them) and never stored. At
most one offer is open at a time; one that the home declined leaves the request waiting for another. Whoever answers
takes the request's row first, so that two answers at the same moment follow each other and the later one is told.

A site may offer only what could be scheduled: in some room of the home, with that teacher, in every week of the term.
Of residents it learns numbers, until they are enrolled.

May import timetable and everything below it.
"""
