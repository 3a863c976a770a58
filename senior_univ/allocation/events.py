"""What happens in rounds. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

round_settled = Signal("Every seat of a round is given, and the others wait: allocation_round.")
