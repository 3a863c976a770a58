"""What happens to leave. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

leave_asked = Signal("Somebody will not come to a lesson: leave.")
leave_taken_back = Signal("Somebody will come after all: leave.")
