"""What the roll call's own part on the device talks to: the worker that stores the page, a fresh token, the upload."""

from flask import Response, current_app, jsonify, make_response, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from senior_univ.attendance import upload
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, commit, db, open_to_all, signed_in


@blueprint.get("/roll-call-worker")
@open_to_all
def worker() -> Page:
    """The service worker, from the root, since a worker sees only what lies below its own address."""
    answer: Response = current_app.send_static_file("js/roll-call-worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/roll-call/token")
@allow(Permission.CALL_ROLL)
def upload_token() -> Page:
    """A token for the next upload, and whose session this is: a stored page's own token may have run out."""
    return jsonify(token=generate_csrf(), viewer=signed_in().person_id)


@blueprint.post("/roll-call/taps")
@allow(Permission.CALL_ROLL)
def take_upload() -> Page:
    """Taps that a device kept; the same ones again change nothing."""
    try:
        sent = upload.read(request.get_json(silent=True), clock.now())
    except upload.UnreadableError:
        return make_response(jsonify(why=_("What this device sent could not be read.")), 400)
    answer = upload.keep(db(), sent, by=signed_in())
    commit()
    return jsonify(kept=answer.kept, refused=answer.refused)
