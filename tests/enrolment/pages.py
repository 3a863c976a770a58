"""What the tests of pages do again and again."""

import re
from html import unescape


def words(response):
    """The page's text, without tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


def token(client, url):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(url).text).group(1)


def post(client, url, **fields):
    return client.post(url, data={"csrf_token": token(client, url)} | fields)
