"""The pages of what remains: certificates, the record of learning, how a lesson was."""

from senior_univ.records.views import certificates, issuing, learning, smiles
from senior_univ.records.views.blueprint import blueprint

__all__ = ["blueprint", "certificates", "issuing", "learning", "smiles"]
