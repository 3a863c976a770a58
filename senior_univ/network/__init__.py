"""Regions, the organisations that hang on them, their venues, rooms and opening hours, and how far they cover the area.

Everything in the city stands on the national statistical codes, whose beginning names what they belong to: an
officer's area, a county's sites and a village's township are all one comparison of codes (``queries.below``), without
a walk through a tree. Organisations keep a parent besides, since a site answers to a school and not to a place.

Other features know nothing here but ``models``, ``queries`` and ``rules``; the region picker is the one form part that
they share (``forms.RegionPicker`` with ``templates/network/_parts.html``), since all of them ask for a village.

The picker goes step by step by radio buttons and the form's own button rather than by links, so that a form with other
fields loses nothing on the way. Who works for an organisation is accounts' to tell: its page only links there. Whether a
room, a venue or an organisation may still be closed is asked of the features above by ``events``, which they may refuse.

May import: core, audit.
"""
