"""Care homes from the inside: who lives in which unit, what she needs to take part, and how the home's day runs.

A lesson must fit the care day, so this feature tells timetable and enrolment when a home, a unit or one resident is
not free. It keeps the least that a lesson must know, never a diagnosis. A residency in another unit or bed of the same
home is a new row, so that the history stays readable. A block of the care day has no history: ending it removes
it, and the audit keeps who did so.

Days away, a closed unit and dated times keep a resident from single lessons: attendance hears of them by event and
writes leave, so that her seats stay. A home of a kind that nobody stays in overnight has no units and no beds. A
residency that ends with her death ends her record, too, and with it everything that would be sent or offered for her.

Visiting hours are shown, to relatives too (``views.my_home``), but block nothing, so they may lie over a meal; any other
two blocks of the same owner may not overlap.

May import accounts, network, audit and core.
"""
