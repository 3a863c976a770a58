"""What happens to certificates. Each is sent with the session as sender: handlers run in the same transaction."""

from blinker import Signal

certificates_issued = Signal("People have earned a certificate in a class: course_class, certificates.")
