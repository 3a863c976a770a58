"""People, how they sign in, what they do for organisations, and who may act for whom.

A person is somebody; an account is what she signs in with, and she may have none. Learners and relatives prove a
phone by a code, staff give a password. Who looks is built here once a request (``queries.build_viewer``), in one
query, and every other feature is given it. A relative acts on a grant that the elder herself said yes to: on her own
screen, on the phone to the number on file, in front of staff, or by her guardian; never by reading out a code.

Before the right code nothing asks whether a phone is known, so that known and unknown phones cannot be told apart.
The actions that count (a code's tries, a window's throttle) return what came of it instead of raising, since a refusal
is undone and a count must be kept.

May import network, audit and core. Higher features register what this one must not import: the demo its list of
accounts, in ``app.extensions["demo_accounts"]``.
"""

import os

# Names are read character by character: pypinyin's phrases would take up 40 MB for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "yes")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "yes")
