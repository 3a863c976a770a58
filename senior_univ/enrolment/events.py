"""What happens to seats. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

seat_taken = Signal("Somebody has a seat now: seat.")
seats_taken = Signal(
    "Several people have seats in one class now, by one act: course_class, seats; not told one by one."
)
seat_ended = Signal("A seat has ended, by her own wish or another's: seat.")
moved_onto_other = Signal(
    "A lesson was moved onto another lesson of some of its learners: lesson, person_ids (maybe none)."
)
class_left_empty = Signal("The seats of a cancelled class have ended: course_class, person_ids who had one.")
looking_for_absences = Signal(
    "A page wants to know who will not come: person_ids, lesson_ids. A handler returns {(lesson_id, person_id): reason}."
)
