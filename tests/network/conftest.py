import pytest

from tests.network.people import Cast, make_cast


@pytest.fixture
def cast(database, client) -> Cast:
    """Somebody of each role, at an organisation of each tier."""
    return make_cast(database, client)
