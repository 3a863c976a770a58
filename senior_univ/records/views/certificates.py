"""Certificates: her own, one as a sheet or a PDF, and the page on which anybody verifies a number."""

from datetime import timedelta

from flask import current_app, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from senior_univ.accounts.actions import count_try
from senior_univ.accounts.rules import keyed_hash
from senior_univ.core import clock
from senior_univ.core.pdf import can_make_pdf, make_pdf
from senior_univ.core.permissions import Permission
from senior_univ.core.qr import public_address, qr_code, qr_image
from senior_univ.core.web import Page, allow, commit, db, learner_id, open_to_all, render, signed_in
from senior_univ.records import queries, rules
from senior_univ.records.forms import NumberForm
from senior_univ.records.models import Certificate
from senior_univ.records.views.blueprint import blueprint

TRIES_PER_HOUR = 60
"""An office checks a pile of certificates; a machine that guesses numbers would need many more."""


@blueprint.get("/my-certificates")
@allow(Permission.LEARN)
def my_certificates() -> Page:
    """我的证书: what she has earned."""
    return render("records/my_certificates.html", certificates=queries.certificates_of(db(), learner_id()))


@blueprint.get("/certificates/<int:certificate_id>")
@allow(Permission.LEARN)
def certificate(certificate_id: int) -> Page:
    """A certificate as a sheet to print; where PDFs can be made, with a button for it."""
    asked = queries.certificate_for(db(), signed_in(), certificate_id)
    return render("records/certificate_page.html", can_make_pdf=can_make_pdf(), **_sheet(asked))


@blueprint.get("/certificates/<int:certificate_id>/pdf")
@allow(Permission.LEARN)
def certificate_pdf(certificate_id: int) -> Page:
    """The same as a PDF; where this machine can make none, the sheet says how to print it."""
    asked = queries.certificate_for(db(), signed_in(), certificate_id)
    sheet = _sheet(asked)
    pdf = None
    if asked.taken_back_at is None and can_make_pdf():
        pdf = make_pdf(render_template("records/certificate.html", styles=_styles(), **sheet))
    if pdf is None:
        return render("records/certificate_page.html", can_make_pdf=False, **sheet)
    headers = {"Content-Disposition": f'attachment; filename="certificate-{asked.number}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _sheet(asked: Certificate) -> dict[str, object]:
    with_number = public_address(url_for("records.verify", number=asked.number))
    issued = clock.local(asked.issued_at).date()
    return {
        "certificate": asked,
        "issued_on": issued,
        "address": public_address(url_for("records.verify")),
        "qr": qr_code(with_number, scale=3),
        "qr_data": qr_image(with_number, scale=3),
    }


def _styles() -> Markup:
    """The sheet's own styles, which the PDF carries inside."""
    with current_app.open_resource(f"{current_app.static_folder}/css/certificate.css", "r") as file:
        return Markup(file.read())  # noqa: S704  # our own file


@blueprint.route("/certificates/verify", methods=["GET", "POST"])
@open_to_all
def verify() -> Page:
    """Whether a number is that of a certificate; the QR code on it brings its number along."""
    form = NumberForm(formdata=request.form or None, number=request.args.get("number", "")[:40])
    found = None
    if form.validate_on_submit():
        found = _looked_up(form)
    is_replaced = found is not None and queries.is_replaced(db(), found)
    return render("records/verify.html", form=form, certificate=found, is_replaced=is_replaced)


def _looked_up(form: NumberForm) -> Certificate | None:
    whose = keyed_hash(current_app.config["SECRET_KEY"], "address", request.remote_addr or "")
    may_try = count_try(db(), "certificate", whose, timedelta(hours=1), TRIES_PER_HOUR)
    commit()
    number = rules.read_number(form.number.data or "")
    if not may_try:
        words = _l("Very many numbers were asked for from here. Please try again in an hour.")
    elif not rules.is_number(number):
        words = _l(
            "This is not a certificate's number: it has twelve digits, and one of these is wrong. Please look again."
        )
    elif found := queries.certificate_numbered(db(), number):
        return found
    else:
        words = _l("No certificate has this number.")
    form.number.errors = [str(words)]
    return None
