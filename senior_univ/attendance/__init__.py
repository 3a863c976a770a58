"""Leave before a lesson, the roll call in it, checking in at the door, what went wrong, and who is missed.

Leave: a learner, or a relative whom she lets, says that she will not come. A leave belongs to one lesson and may be taken back until the lesson begins; asking twice is the same leave. Where a
lesson is moved onto another one of hers she is on leave from it without asking (``asked_by_id`` is None), and comes
back by herself if the lesson moves away again. Her time stays taken while she is on leave.

Roll call: everybody taps into one pile of entries, which is only added to; what stands follows from the whole pile
(``standing``, pure), so a device that was without a network, a colleague at the same time and the same upload twice all
come to the same end. The record of acts has one line for each time that somebody tapped; the pile itself is the record
of each learner, and she sees it. On the device a service worker keeps the page and a database keeps taps that are not
sent (``static/js/roll-call*.js``); with JavaScript off the same buttons are a plain form.

Somebody who lives alone and is missed without leave is news (``absences``): home, which is above, puts her on the call
list of her site and has her main contact told. A lesson whose roll nobody called says nothing of anybody.

Who is on leave is shown on pages of enrolment, which is below this feature: it asks by an event (see ``reactions``).
May import enrolment, timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
