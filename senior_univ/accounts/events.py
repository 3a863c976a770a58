"""What happened in accounts, for features above. Handlers run in the same transaction."""

from blinker import Signal

code_issued = Signal("a code was issued: code=SignInCode, digits=str (the only place where they are known)")
grant_asked = Signal("a relative asks to act for an elder: grant=FamilyGrant")
grant_given = Signal("an elder said yes to a relative: grant=FamilyGrant")
person_ended = Signal("a person's record was ended: person=Person")
