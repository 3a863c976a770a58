"""The waiting list 候补: who waits for a full class, in which order, and the offers of freed seats.

A party (one learner, or several who come together or not at all) waits in one order per class. When places come free
they are offered in the same transaction to the first party that fits and are held for it, counted in the class, so that
nobody else can take them; ``rules.share_out`` decides from plain facts and says how a party is kept from being passed
over for ever. Whatever is written here is written under the lock of its class, taken after the people's, so that any
number of processes, jobs included, wait for each other but never in a circle.

An unanswered offer passes on only when its days are over and every rung (her phone, her relative's, a call by her home
or site) was tried; a text counts as tried once the provider has it, which is known above and asked by an event, a call
only when somebody ticked it. Pages of enrolment show a place in the queue by two functions that ``web_setup`` gives to
every template. May import enrolment, timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
