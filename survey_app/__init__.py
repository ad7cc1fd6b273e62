"""How it is asked and kept: the factory that knows all parts. No rule of the survey is here."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from survey_app import (
    accounts,
    answer,
    api,
    audit,
    config,
    database,
    design,
    entry,
    field,
    guide,
    kiosk,
    manage,
    people,
    results,
    tablet,
)
from survey_app.accounts import single_sign_on
from survey_app.action import blueprint as action
from survey_app.action import heard, register
from survey_app.audit.pages import blueprint as audit_pages
from survey_app.field import api as device_api
from survey_app.models.accounts import ROLES
from survey_app.privacy import citizens as privacy
from survey_app.unit_changes.pages import blueprint as unit_changes
from survey_app.web import (
    access,
    addresses,
    brake,
    console,
    errors,
    flask_settings,
    headers,
    health,
    languages,
    logs,
    metrics,
    public_site,
    uploads,
    watch,
)


def create_app(settings: config.Settings | None = None, serving: bool = False) -> Flask:
    app = Flask(__name__)
    settings = settings or config.read()
    app.config.update(flask_settings.flask_config(settings))
    app.session_interface = flask_settings.Sessions()
    headers.init_app(app)
    public_site.init_app(app, settings.public)
    watch.init_app(app)
    logs.init_app(app)
    addresses.init_app(app)
    database.init_app(app, serving)
    languages.init_app(app)
    errors.init_app(app)
    uploads.init_app(app)  # Before the check of the CSRF token, which reads the form.
    csrf = CSRFProtect(app)
    csrf.exempt(answer.blueprint)  # The citizen's form needs no cookie: it carries a signed token.
    csrf.exempt(privacy)  # Nor does taking answers back: whoever has the receipt may.
    csrf.exempt(api.blueprint)  # Nor does a program: it brings its key with each request.
    csrf.exempt(results.office)  # Nor a rated office: its address is signed.
    csrf.exempt(device_api.blueprint)  # Nor a device: it signs each request.
    accounts.init_app(app)
    single_sign_on.init_app(app)
    console.init_app(app)
    guide.init_app(app)
    audit.init_app(app)
    app.before_request(access.check)
    _open(app)
    brake.init_app(app)
    app.before_request(access.begin)
    return app


def _open(app: Flask) -> None:
    """Each part with the rule that says who may enter."""
    access.register(app, health.blueprint, access.anyone)
    access.register(app, metrics.blueprint, metrics.holder_of_the_token)
    access.register(app, public_site.blueprint, access.anyone)
    access.register(app, answer.blueprint, access.anyone)
    access.register(app, privacy, access.anyone)
    access.register(app, console.blueprint, dict.fromkeys(ROLES))
    access.register(app, guide.blueprint, dict.fromkeys(ROLES), url_prefix="/help")
    access.register(app, people.own, dict.fromkeys(ROLES), url_prefix="/account")
    access.register(app, people.factor, dict.fromkeys(ROLES), url_prefix="/account/second-factor")
    access.register(app, people.invitation, access.anyone)
    access.register(app, people.forgotten, access.anyone)
    access.register(app, people.single_sign_on, access.anyone)
    access.register(app, people.blueprint, {"administrator": None}, url_prefix="/accounts")
    access.register(app, audit_pages, {"administrator": None}, url_prefix="/audit")
    access.register(app, tablet.blueprint, access.anyone)
    access.register(app, kiosk.blueprint, access.anyone)
    access.register(app, field.blueprint, field.officers, url_prefix="/field", of={"officer": None})
    access.register(app, entry.blueprint, entry.typists, url_prefix="/field/paper", of=entry.ROLES)
    managing = {"manager": None, "administrator": manage.FOR_ADMINISTRATORS}
    access.register(app, manage.blueprint, managing, url_prefix="/manage", branch=manage.WITHIN_BRANCH)
    keepers = {"manager": None, "administrator": None}
    access.register(app, unit_changes, keepers, url_prefix="/units", branch=())
    access.register(app, design.blueprint, design.ROLES, url_prefix="/design", branch=design.TO_READ)
    access.register(app, results.blueprint, results.ROLES, url_prefix="/results", branch=results.TO_READ)
    access.register(app, action, {"analyst": None, "manager": {"list_waves", "show_comments"}}, url_prefix="/comments")
    access.register(app, register.blueprint, register.ROLES, url_prefix="/register")
    access.register(app, heard.blueprint, access.anyone, url_prefix="/gop-y")
    access.register(app, results.office, access.anyone)
    access.register(app, api.blueprint, api.holder_of_a_key)
    access.register(app, device_api.blueprint, device_api.known_device)
