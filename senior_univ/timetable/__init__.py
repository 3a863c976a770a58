"""Terms, holidays, classes with their lessons, and who and what is taken when.

``rules`` says what a weekly pattern means in days, ``conflicts`` what stands against a time and which times are near
(both features above may use it), ``actions`` opens classes and moves and cancels lessons. A room or a teacher is never taken twice: the
table ``occupancy`` holds a row for each while a lesson stands, and the database itself refuses two that overlap. What
learners take is written there by enrolment. Actions are split by what they change: ``calendar_actions`` (terms, holidays)
and ``actions`` (classes, lessons); ``checks`` and ``refusals`` hold what they refuse and in which words.

What a closed unit put online comes back when it opens, and nothing else does (``Lesson.quarantine_id``). All dates
proposed for what a suspension cancelled are taken by one tap, with which the scheduler goes on (``making_up``).

A make-up workday (调休) changes no lesson: a class on a Saturday is held on a Saturday that others work.

May import teaching, catalogue, care, accounts, network, audit and core. Knows nothing of learners; what must reach
them goes through ``events``.
"""
