"""What happens to seats. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

seat_taken = Signal(
    "Somebody has a seat now: seat, is_invited (whether she had been), is_resident (whether she lives in a home)."
)
seats_taken = Signal(
    "Several people have seats in one class now, by one act: course_class, seats, resident_ids (who of them lives in a"
    " home); not told one by one."
)
seat_ended = Signal("A seat has ended, by her own wish or another's: seat.")
moved_onto_other = Signal(
    "A lesson was moved onto another lesson of some of its learners: lesson, person_ids (maybe none)."
)
class_left_empty = Signal("The seats of a cancelled class have ended: course_class, person_ids who had one.")
invitations_sent = Signal("People are invited into a class: course_class, invitations.")
place_let_go = Signal("A place that was kept for an invitation is free: course_class.")
learners_moved = Signal("A class was merged into another; these seats are in that one now: course_class, into, seats.")
together_asked = Signal("Somebody asks another to join a class together with her: wish.")
could_not_seat = Signal(
    "Places are lacking for people who may wait: course_class, person_ids, hand, by. A handler returns ids of who waits."
)
looking_for_absences = Signal(
    "A page wants to know who will not come: person_ids, lesson_ids. A handler returns {(lesson_id, person_id): reason}."
)
