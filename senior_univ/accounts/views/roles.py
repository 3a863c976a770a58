"""The administrator's pages: what each role may, who has which, giving and taking."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.accounts import actions, queries
from senior_univ.accounts.actions import NewAccount
from senior_univ.accounts.forms import RoleForm, StaffAccountForm
from senior_univ.accounts.models import Person, RoleAssignment
from senior_univ.accounts.passwords import hash_password
from senior_univ.accounts.views.blueprint import blueprint
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import EVERYBODY, PERMISSION_LABELS, ROLE_LABELS, ROLE_PERMISSIONS, Permission, Role
from senior_univ.core.web import (
    Page,
    allow,
    carry_out,
    close_session,
    commit,
    db,
    found,
    render,
    roll_back,
    show_refusal,
    signed_in,
)
from senior_univ.network.models import Organisation
from senior_univ.network.queries import organisation_for, visible_organisations


@blueprint.get("/roles")
@allow(Permission.MANAGE_ROLES)
def roles() -> Page:
    """Who does what for the organisations that the administrator sees."""
    page = paginate(db(), queries.staff_of(signed_in(), Permission.MANAGE_ROLES), 50)
    return render("accounts/roles/roles.html", page=page, labels=ROLE_LABELS)


@blueprint.get("/roles/permissions")
@allow(Permission.MANAGE_ROLES)
def role_permissions() -> Page:
    """The one table of what each role may."""
    return render(
        "accounts/roles/permissions.html",
        roles=ROLE_LABELS,
        permissions=PERMISSION_LABELS,
        table=ROLE_PERMISSIONS,
        everybody=EVERYBODY,
    )


def fill_choices(form: StaffAccountForm | RoleForm) -> None:
    """The organisations that the administrator sees, and every role."""
    seen = visible_organisations(signed_in(), Permission.MANAGE_ROLES).where(Organisation.closed_on.is_(None))
    rows = db().scalars(seen.order_by(Organisation.name))
    form.organisation_id.choices = [
        (each.id, _("%(name)s (%(place)s)", name=each.name, place=each.region.name)) for each in rows
    ]
    form.role.choices = [(role.value, words) for role, words in ROLE_LABELS.items()]


def chosen_place(form: StaffAccountForm | RoleForm) -> tuple[Organisation, Role]:
    """The organisation and role of the form."""
    place = organisation_for(db(), signed_in(), Permission.MANAGE_ROLES, form.organisation_id.data)
    return place, Role(form.role.data)


@blueprint.route("/roles/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROLES)
def new_staff() -> Page:
    """An account for somebody who works at an organisation."""
    form = StaffAccountForm()
    fill_choices(form)
    if form.validate_on_submit() and (password_hash := hashed(form)):
        new = NewAccount(form.name.data, form.phone.data, form.login_name.data, password_hash)
        if carry_out(form, lambda: actions.add_staff(db(), new, *chosen_place(form), by=signed_in())):
            flash(str(_l("The account stands. Please have the password changed at the first sign-in.")), "ok")
            return redirect(url_for("accounts.roles"), 303)
    return render("accounts/roles/new_staff.html", form=form)


def hashed(form: StaffAccountForm) -> str | None:
    """The start password's hash; no transaction is open while it is made."""
    roll_back()
    close_session()
    try:
        return hash_password(form.new_password.data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return None


def visible_staff(person_id: int) -> tuple[Person, list[RoleAssignment]]:
    """A person who works for an organisation that the administrator sees, with her posts there."""
    wanted = queries.staff_of(signed_in(), Permission.MANAGE_ROLES).where(Person.id == person_id)
    posts = list(db().scalars(wanted))
    return found(posts[0].person if posts else None), posts


@blueprint.route("/roles/people/<int:person_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_ROLES)
def staff_roles(person_id: int) -> Page:
    """Somebody's roles, and one more."""
    shown, posts = visible_staff(person_id)
    form = RoleForm()
    fill_choices(form)
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.give_role(db(), shown, *chosen_place(form), by=signed_in())
    ):
        flash(str(_l("The role was given.")), "ok")
        return redirect(url_for("accounts.staff_roles", person_id=person_id), 303)
    return render("accounts/roles/staff.html", form=form, person=shown, posts=posts, labels=ROLE_LABELS)


@blueprint.post("/roles/<int:post_id>/take")
@allow(Permission.MANAGE_ROLES)
def take_role(post_id: int) -> Page:
    """From now on she does it no more."""
    wanted = queries.staff_of(signed_in(), Permission.MANAGE_ROLES).where(RoleAssignment.id == post_id)
    post = found(db().scalar(wanted))
    actions.take_role(db(), post, by=signed_in())
    commit()
    flash(str(_l("The role was taken.")), "ok")
    return redirect(url_for("accounts.roles"), 303)
