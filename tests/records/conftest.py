"""The client of these tests reads English, so that they say what is meant whatever the catalogue holds."""

import pytest


@pytest.fixture
def client(client):
    client.set_cookie("language", "en")
    return client
