"""Who plays in the tests of people and families."""

from dataclasses import dataclass

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from tests.factories import make_home, make_organisation, make_person, make_staff


@dataclass(frozen=True)
class Cast:
    """Ids: a mother of the site's desk, her daughter, a resident of a home, staff of site and home, strangers."""

    site: int
    home: int
    mother: int
    daughter: int
    resident: int
    manager: int
    scheduler: int
    stranger: int
    other_manager: int
    administrator: int


def make_cast(database: Database) -> Cast:
    with database.write() as session:
        site, home, other = make_organisation(session), make_home(session), make_organisation(session)
        bureau = make_organisation(session, region_code="130500")
        mother = make_person(session, name="王秀英", phone="+8613800138000", site_id=site.id)
        resident = make_person(session, name="刘淑芬", phone="+863192020002")
        belong(session, mother.id, site.id, BelongingReason.DESK)
        belong(session, resident.id, home.id, BelongingReason.RESIDENT)
        belong(session, resident.id, site.id, BelongingReason.ENROLLED)
        return Cast(
            site=site.id,
            home=home.id,
            mother=mother.id,
            daughter=make_person(session, name="张丽", birth_year=1975, phone="+8613900139000").id,
            resident=resident.id,
            manager=make_staff(session, Role.SITE_MANAGER, site, name="李经理").id,
            scheduler=make_staff(session, Role.CARE_SCHEDULER, home, name="赵排班").id,
            stranger=make_person(session, name="生人").id,
            other_manager=make_staff(session, Role.SITE_MANAGER, other).id,
            administrator=make_staff(session, Role.ADMINISTRATOR, bureau, name="管理员").id,
        )
