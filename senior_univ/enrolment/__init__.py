"""Seats: finding a class, taking and ending a seat, the learner's week, the front desk, rosters.

``rules`` decides from plain facts whether somebody may have a seat and says why not; ``facts`` reads those facts for one
person or a hundred with the same few queries; ``actions`` writes. Seats, wheelchair places and the room of escorts are
counted in the class itself, taken and held alike, by one conditional UPDATE (``places``), so that no two processes can
give the last one twice; the learner's lessons are rows of
timetable's ``occupancy``, where the database refuses two at the same time.

Locks are taken in one order everywhere, people (by id) before the class before the seat, so that many who enrol in one
class wait for each other but never in a circle. Facts are read before the class is locked: the class, which many want
at once, is held for as few statements as possible.

``invitations`` keeps a place for whoever is asked to come or to go on, ``copying`` opens a term's classes anew,
``too_few`` merges or moves a class with too few learners. What may be undone is looked at first by doing it and rolling
back: the look ahead of copying a term or of enrolling many is the act itself. Where places are lacking, an event asks
the waiting list above who may wait.

A class may be joined until its last lesson begins; she has the lessons that are still to come. ``finding`` holds the
reads of the class finder. Who is on leave is known above this feature; its pages ask by an event that is answered there
(``absences``), rather than keep a second copy here. May import timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
