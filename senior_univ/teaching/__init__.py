"""Teachers: who teaches what for whom, when they can, what they promised, and until when their check is good.

A teacher is a person with one more row, never an account or a role by itself. Nobody is given a class without the
promise 不推销、不收钱 (sellers come to senior classes), which is why the moment of the promise is kept. A teacher
retires rather than being deleted: past lessons name her.

May import: core, audit, network, accounts, care, catalogue.
"""
