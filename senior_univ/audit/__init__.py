"""Who did what to which record, when, and for whom; appended only.

Every action of every feature writes its line in its own transaction (``actions.record``), so that a thing which was
undone leaves no line. The elder sees what was done for her, an administrator what was done in her area. The table holds
ids alone: whose name an id is, and which lines an administrator may see, is said by accounts, which stands above this
package and hands it a ``queries.People`` in ``app.extensions["audit_people"]``.

May import core.
"""
