"""At the site: who of a class has earned a certificate, issuing them, taking one back."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.records import actions, queries
from senior_univ.records.forms import NoFields, TakeBackForm
from senior_univ.records.views.blueprint import blueprint
from senior_univ.timetable.queries import class_for


@blueprint.route("/classes/<int:class_id>/certificates", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def class_certificates(class_id: int) -> Page:
    """Who has earned one and who has not, with the reason; one button issues all."""
    course_class = class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    form = NoFields()
    if form.validate_on_submit():
        issued = carry_out(form, lambda: actions.issue_all(db(), course_class, by=signed_in()))
        if issued:
            flash(ngettext("%(num)d certificate is issued.", "%(num)d certificates are issued.", len(issued)), "ok")
            return redirect(url_for("records.class_certificates", class_id=class_id), 303)
    return render(
        "records/class_certificates.html",
        form=form,
        course_class=course_class,
        earnings=queries.earnings(db(), course_class),
        may_issue=queries.may_issue(signed_in(), course_class),
    )


@blueprint.post("/classes/<int:class_id>/certificates/<int:person_id>")
@allow(Permission.PLAN_CLASSES)
def issue_again(class_id: int, person_id: int) -> Page:
    """A new certificate for one whose first was taken back."""
    course_class = class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    carry_out(None, lambda: actions.issue_again(db(), course_class, person_id, by=signed_in()))
    flash(_("A new certificate is issued, with a new number."), "ok")
    return redirect(url_for("records.class_certificates", class_id=class_id), 303)


@blueprint.route("/certificates/<int:certificate_id>/take-back", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def take_back(certificate_id: int) -> Page:
    """Why a certificate should no longer stand."""
    certificate = queries.certificate_at_work(db(), signed_in(), certificate_id)
    form = TakeBackForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.take_back(db(), certificate, reason=form.reason.data or "", by=signed_in())
    ):
        flash(_("The certificate is taken back. Its number is no longer good."), "ok")
        return redirect(url_for("records.class_certificates", class_id=certificate.class_id), 303)
    return render("records/take_back.html", form=form, certificate=certificate)
