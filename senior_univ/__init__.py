"""senior_univ: an online senior university (网上老年大学) joined with care homes (养教结合).

``create_app`` puts configuration, core and features together, and nothing else. Where things are is told in the
README; which feature may import which stands in pyproject.toml and is checked by the tests.
"""

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from senior_univ import features, wiring
from senior_univ.core import clock, i18n, logs, pages, web
from senior_univ.core.db import Database
from senior_univ.core.errors import StartRefusedError

__all__ = ["StartRefusedError", "create_app"]
ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The application for ``settings`` (default: the environment); raises StartRefusedError in words."""
    settings = settings or Settings.from_environment()
    if problems := settings.problems():
        raise StartRefusedError("senior_univ does not start: " + " ".join(problems))
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(flask_options(settings))
    app.url_map.converters["int"] = web.KeyConverter
    app.extensions["database"] = Database(settings.database_url, settings.pool_size)
    clock.use_zone(settings.zone)
    logs.set_up(as_json=settings.is_production)
    for part in (logs, i18n, pages):
        part.init_app(app)
    CSRFProtect(app)
    features.init_app(app)
    wiring.connect()
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def flask_options(settings: Settings) -> dict[str, object]:
    """Flask's own options, made of ours."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": list(settings.host_names),
        "SESSION_COOKIE_NAME": "senior_univ",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": 30 * 24 * 3600,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "MAX_CONTENT_LENGTH": (settings.largest_file + 2) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": 30 * 24 * 3600,
        "LOG_REQUESTS": settings.is_production,
        "TEMPLATES_AUTO_RELOAD": False,
    }
