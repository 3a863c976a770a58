"""What somebody has enrolled for others: a relative, care staff, a desk, a site that refers people elsewhere."""

from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, render, signed_in
from senior_univ.enrolment import queries
from senior_univ.enrolment.invitations import invitations_for_others
from senior_univ.enrolment.models import HAND_LABELS
from senior_univ.enrolment.views.blueprint import blueprint


@blueprint.get("/enrolled")
@allow(Permission.LEARN)
def enrolled_by_me() -> Page:
    """The seats that the viewer or her desk gave to others, newest first, each with its slip and the way out.

    Above them what is still open: invitations, places in queues and applications.
    """
    page = paginate(db(), queries.seats_given_by(signed_in()), 25)
    invited = invitations_for_others(db(), signed_in()) if page.number == 1 else ()
    return render("enrolment/enrolled.html", page=page, hands=HAND_LABELS, invited=invited)
