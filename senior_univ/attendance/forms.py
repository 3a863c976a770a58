"""Forms of attendance."""

from flask_babel import lazy_gettext as _l

from senior_univ.attendance.rules import REASONS
from senior_univ.core.forms import Form, Optional, RadioField


class LeaveForm(Form):
    """Leave from one lesson; the reason is hers to give or not."""

    reason = RadioField(_l("Why?"), [Optional()], choices=list(REASONS.items()), default="")


class BackForm(Form):
    """Takes a leave back; nothing to fill in."""
