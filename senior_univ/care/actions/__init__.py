"""What a home writes down; one module for each thing that is changed. Nothing here commits."""

from senior_univ.care.actions.away import come_back, go_away
from senior_univ.care.actions.care_day import add_block, change_block, end_block, except_day, keep_day
from senior_univ.care.actions.quarantines import declare_quarantine, lift_quarantine
from senior_univ.care.actions.residents import admit, discharge, move, set_needs
from senior_univ.care.actions.units import add_unit, change_unit

__all__ = [
    "add_block",
    "add_unit",
    "admit",
    "change_block",
    "change_unit",
    "come_back",
    "declare_quarantine",
    "discharge",
    "end_block",
    "except_day",
    "go_away",
    "keep_day",
    "lift_quarantine",
    "move",
    "set_needs",
]
