"""Single sign-on: the province's OpenID Connect provider says who somebody is; what they may do is decided here alone.

Protocol and proofs are Authlib's (discovery, code with PKCE, state, nonce, signed id_token). Here stand what is asked
of it, and which account of ours an answer belongs to. It makes no account and gives no role.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from sqlalchemy.orm import Session

from survey_app import audit
from survey_app.accounts.keeping import of_address
from survey_app.config import Settings
from survey_app.models import User

NAME = "single_sign_on"
SECONDS = 8  # For each answer of the provider.
LEEWAY = 60  # So many seconds two clocks may differ.
# Whoever signs with the client's own secret, or not at all, proves nothing.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


class Refused(Exception):
    """Why somebody does not come in; `kind` is explained on the page, `fault` is for the log."""

    def __init__(self, kind: str, fault: str = "") -> None:
        super().__init__(kind)
        self.kind, self.fault = kind, fault


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    if not settings.oidc_issuer:
        return
    # Without `leeway: 0` an access token of one minute would be taken for old at once.
    asked = {"scope": "openid email", "code_challenge_method": "S256", "default_timeout": SECONDS, "leeway": 0}
    OAuth(app).register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs=asked,
    )


def client() -> Any:
    """The provider as Authlib knows it; None where single sign-on is off."""
    known = current_app.extensions.get("authlib.integrations.flask_client")
    return known.create_client(NAME) if known else None


def metadata(provider: Any, issuer: str) -> Mapping[str, Any]:
    """What the provider says of itself. Raises Refused where it speaks for somebody else or signs nothing of use."""
    found: dict[str, Any] = provider.load_server_metadata()
    signed = [one for one in found.get("id_token_signing_alg_values_supported", ["RS256"]) if one in SIGNATURES]
    if found.get("issuer") != issuer or not signed:
        provider.server_metadata.pop("_loaded_at", None)  # It is asked again, once it is mended.
        raise Refused("faulty", "issuer" if found.get("issuer") != issuer else "algorithms")
    found["id_token_signing_alg_values_supported"] = signed
    return found


def claims(provider: Any, settings: Settings) -> Mapping[str, Any]:
    """Who came back, from the request. Raises Refused, and what Authlib, the line and keys raise."""
    metadata(provider, settings.oidc_issuer)
    wanted = {"iss": settings.oidc_issuer, "aud": settings.oidc_client_id}
    options: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in wanted.items()}
    options |= {name: {"essential": True} for name in ("sub", "exp", "iat")}
    token = provider.authorize_access_token(claims_options=options, leeway=LEEWAY)
    found = token.get("userinfo")
    if not found:
        raise Refused("faulty", "no id_token")
    if "email" not in found and provider.server_metadata.get("userinfo_endpoint"):
        more = provider.userinfo(token=token)
        if more.get("sub") != found["sub"]:
            raise Refused("faulty", "userinfo of another")
        found = {**more, **found}
    return dict(found)


def proved_at(said: Mapping[str, Any]) -> float:
    """The second at which the person signed in at the provider, which may be long ago; 0 where it says none."""
    at = said.get("auth_time")
    return float(at) if isinstance(at, int | float) else 0.0


def account_of(session: Session, issuer: str, said: Mapping[str, Any]) -> User:
    """The account that the person was bound to; the first time, the one of the proved e-mail address, which is bound
    then. Raises Refused. The caller commits.
    """
    subject = str(said["sub"])
    user = session.scalar(sa.select(User).where(User.sso_issuer == issuer, User.sso_subject == subject))
    user = user or _of_address(session, issuer, said)
    if not user.is_active:
        raise Refused("closed")
    if user.sso_subject != subject or user.sso_issuer != issuer:
        user.sso_issuer, user.sso_subject = issuer, subject
        session.flush()
        audit.record(session, user, "sso_bound")
    return user


def _of_address(session: Session, issuer: str, said: Mapping[str, Any]) -> User:
    """An address passes from one person to the next, so it counts once; then only the provider's own name for them."""
    if said.get("email_verified") is not True:
        raise Refused("unverified")
    user = of_address(session, str(said.get("email", "")))
    if user is None:
        raise Refused("unknown")
    if user.sso_issuer == issuer and user.sso_subject:
        raise Refused("other")
    return user


def loosen(user: User) -> None:
    """The next who comes with the account's proved address is bound anew."""
    user.sso_issuer = user.sso_subject = None
