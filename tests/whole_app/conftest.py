from tests.walking.fixtures import sqlite, walk, walked_app

__all__ = ["sqlite", "walk", "walked_app"]
