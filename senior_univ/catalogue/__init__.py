"""What is taught: subjects, which are the same everywhere, and the courses of each organisation.

Subjects are rows with both names rather than messages of the catalogue of translations, since an organisation will add
its own; they come from ``data/subjects.csv``. A course is closed rather than deleted: classes of years past name it.

May import: core, audit, network, accounts, care.
"""
