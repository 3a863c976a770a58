"""What happens to classes and lessons. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

class_opened = Signal("A class was opened: course_class.")
lesson_moved = Signal("A lesson's time, room or teacher changed: lesson, old_starts_at, old_room_id, old_teacher_id.")
lesson_cancelled = Signal("A lesson will not be: lesson, is_told (False: its learners hear of what it is a part of).")
room_made = Signal("A class holds more learners or wheelchairs than before: course_class.")
class_cancelled = Signal("A class ends before its time, with all its coming lessons: course_class.")
looking_for_hindered = Signal(
    "Whoever moves lessons of a class wants to know who of its learners is not free then: moves (lesson, meeting). A"
    " handler returns {person_id: her name and why, in words}."
)
teacher_cannot_come = Signal("A teacher can't come to lessons that she would give: teacher, lessons.")
lessons_suspended = Signal("Every lesson of a place for some days falls away by one act: suspension, lesson_ids.")
lessons_resumed = Signal("A suspension ended early; lessons that it had cancelled are held: suspension, lesson_ids.")
