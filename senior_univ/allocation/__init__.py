"""Allocation day 集中报名: applications are collected for days, then seats are given; nobody has to be fast.

A round has classes, a window, and a secret whose hash is published when the round is made. After the close the seed is
made of the secret, of a public number named in advance where the organisation has one, and of the application numbers
(``draw.seed_of``); ``draw.draw`` is pure and gives the same for the same seed everywhere. What went into it and what
came out is kept as one document (``records``) that anybody may download and run again; it holds application numbers,
never people. Whether a party brings a wheelchair or an escort is in it, since the places can't be counted without.

The draw and the giving of seats are two steps. ``actions.draw_round`` writes every result in one transaction;
``settling`` then gives the seats class by class, each class in a transaction of its own that marks it as done, and lets
the others wait for their first wish in drawn order. Ended at any point and begun again, both come to the same end.

A pass gives a place only to whoever has no wish with room that she prefers, even where she is of the village: so no
place stays empty that somebody wished for more than hers, and nobody could gain by changing places. Its price is that
who wants her own village's class for certain has to wish for it most, which the page says. Measured on the bench's
applications, letting villagers take lower wishes first gave nearly a third fewer people their first choice. When all is
given, what is left over in a class is for whoever comes first.

May import waiting, enrolment, timetable, teaching, catalogue, care, accounts, network, audit and core.
"""
