"""Somebody who runs a site, for tests of what staff do."""

from sqlalchemy.orm import Session

from senior_univ.core.access import Post, Viewer
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from tests.factories import make_staff


def manager_of(session: Session, site: Organisation, role: Role = Role.SITE_MANAGER) -> Viewer:
    person = make_staff(session, role, site)
    return Viewer(person.id, person.name, (Post(role, site.id, site.region_code[:6]),))
