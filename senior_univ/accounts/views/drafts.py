"""Keeping a half-filled form for later, and throwing it away."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from senior_univ.accounts import actions
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.core.drafts import NOT_KEPT
from senior_univ.core.errors import NotFoundError
from senior_univ.core.forms import Form
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, commit, db, safe_next, signed_in


def _page_meant() -> str:
    path = safe_next(request.args.get("path"))
    if path is None:
        raise NotFoundError
    return path


@blueprint.post("/drafts")
@allow(Permission.LEARN)
def keep_draft() -> Page:
    """Keep what is filled in of the form of ``?path=``; a script asks for no page in answer."""
    path, form = _page_meant(), Form()
    fields = {name: values for name, values in request.form.lists() if name not in NOT_KEPT}
    if form.validate_on_submit():
        actions.keep_draft(db(), signed_in().person_id, path, fields)
        commit()
    if request.headers.get("X-Requested-With") == "fetch":
        return Response(status=204)
    flash(_("It is kept for a week. Open the same page to go on."), "ok")
    return redirect(url_for("home.home"), 303)


@blueprint.post("/drafts/drop")
@allow(Permission.LEARN)
def drop_draft() -> Page:
    """Throw away what was kept of the form of ``?path=``."""
    path, form = _page_meant(), Form()
    if form.validate_on_submit():
        carry_out(form, lambda: actions.drop_draft(db(), signed_in().person_id, path))
    return redirect(path, 303)
