"""What happens in rounds. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

together_asked = Signal("Somebody asks another to come together with her on an allocation day: application.")
round_called_off = Signal("A round was called off before its places were given: allocation_round.")
results_known = Signal(
    "Every seat of a round is given, and who got none of those who wished for a class most waits: allocation_round, class_id."
)
