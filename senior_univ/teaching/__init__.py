"""Teachers: who teaches what for whom and up to whom, when they can, what they promised, which papers they hold.

A teacher is a person with one more row, and, as long as she teaches, with the teacher's role at her organisation, so
that she sees her own day. Nobody is given a class without the promise 不推销、不收钱 (sellers come to senior classes),
which is why the moment of the promise is kept and a volunteer makes it before she is asked anything else. A teacher
retires rather than being deleted: past lessons name her.

Her week has exceptions by date: being away wins over the week, an extra day adds to it (``rules.can_teach``). Every
change of either is an event, since lessons that stand may no longer fit. Checks and papers that end within 30 days
stand on the site's list until they are renewed; she is told once of each. The yearly training counts everybody who
teaches or works for a teaching organisation; each site ticks its own people, also in the county's trainings.

May import: core, audit, network, accounts, care, catalogue.
"""
