"""What happens in queues. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

place_offered = Signal("Places are held for a party that waited: offer, with its rungs.")
offer_passed_on = Signal("Nobody answered, and the places went on: offer.")
queue_ended = Signal("A class was cancelled for which people waited: course_class, person_ids (maybe none).")
looking_for_texts = Signal(
    "Somebody wants to know what became of the texts of rungs: rung_ids. A handler returns {rung_id: when it was tried}."
)
