import pytest

from senior_univ.accounts.queries import build_viewer
from senior_univ.partnerships import actions
from tests.partnerships.two import asked_and_offered, make_two


@pytest.fixture
def two(database, frozen):
    """A home and a site with their staff, committed."""
    with database.write() as session:
        return make_two(session)


@pytest.fixture
def parties(session, frozen):
    """Both sides, in the test's own transaction, with their viewers: the home's scheduler, the site's manager."""
    made = make_two(session)
    return made, build_viewer(session, made.scheduler), build_viewer(session, made.manager)


@pytest.fixture
def offered(database, two):
    """The ids of a request and its open offer."""
    with database.write() as session:
        offer = asked_and_offered(session, two)
        session.flush()
        return offer.request_id, offer.id


@pytest.fixture
def agreed(database, two):
    """The id of an agreement that is not scheduled yet."""
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        return actions.agree(session, asked_and_offered(session, two), by=by).id
