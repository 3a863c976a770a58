from datetime import time

import pytest

from senior_univ.core.permissions import Role
from senior_univ.timetable import actions
from tests import factories
from tests.signing_in import sign_in
from tests.timetable.site import Site


@pytest.fixture
def site(database, frozen):
    return Site.make(database)


PAGES = ["/classes", "/classes/new", "/week", "/week/print"]


@pytest.mark.parametrize("page", PAGES)
def test_a_manager_sees(client, site, page):
    sign_in(client, site.manager_id)
    answer = client.get(page)
    assert answer.status_code == 200, answer.text
