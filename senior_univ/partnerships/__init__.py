"""A care home and a teaching site: the home asks, a site offers, both may change the offer, they agree and look back.

A request goes to one site or to every site of the county. Where it stands is read off its records (declined, taken back,
offers and what became of them) and never stored; so is where an agreement stands. Between a home and a site at most one
offer is open at a time: a change that either side asks for (``ClassOffer.counters``) is an offer of its own, which
closes the one before it, and the other side answers. Whoever answers takes the request's row first, so that two answers
at the same moment follow each other and the later one is told; unique keys have the last word.

What has to be answered, and what the other side did (``news``), stands on the first page of whom it concerns, each thing
by itself, until it is answered or seen. Before a class is made of an agreement, the act is done and undone to name its
days and those who would get no seat.

A site may offer only what could be scheduled: in the room, or some room of the home, with that teacher, in every week of
the term. Of residents it learns numbers, until they are enrolled. A home that opens its room to the village books it for
the site (``actions.village``), since the class is the site's then and open to everybody; visiting hours and quarantines
hold. The other way, a site offers seats in a class of its own and fetches residents (``TransportOffer``).

May import attendance and everything below it.
"""
