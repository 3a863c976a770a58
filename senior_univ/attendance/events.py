"""What happens to leave. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

leave_asked = Signal("Somebody will not come to a lesson: leave.")
kept_from_lessons = Signal(
    "Residents of a closed unit are on leave from lessons elsewhere: quarantine, lessons ({person_id: lesson ids})."
)
let_back = Signal("A closed unit is open again, and its residents come again: quarantine, lessons.")
leave_taken_back = Signal("Somebody will come after all: leave.")
alone_and_absent = Signal(
    "People who live alone are missed in a lesson, and nobody knows why: lesson, person_ids, noticed_by_id."
)
absence_explained = Signal("Somebody who was missed has come after all, or is on leave: lesson, person_ids.")
roll_not_called = Signal("A lesson with people who live alone is over, and nobody has called its roll: lesson.")
roll_called_late = Signal("The roll of such a lesson was called after all: lesson.")
incident_written = Signal("Something went wrong in class: incident.")
