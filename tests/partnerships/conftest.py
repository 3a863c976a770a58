import pytest

from tests.partnerships.two import make_two


@pytest.fixture
def two(database, frozen):
    """A home and a site with their staff, committed."""
    with database.write() as session:
        return make_two(session)
