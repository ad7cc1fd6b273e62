"""Whether "two people" are two: accounts that prepare figures and approve them too. Only told; who may what stays."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey_app.models import User

# Each pair holds one that plans, collects or computes, and one that answers for the result.
APART = (frozenset({"analyst", "approver"}), frozenset({"manager", "approver"}), frozenset({"analyst", "manager"}))


def are_one(roles: Collection[str]) -> bool:
    """Whether an account with these roles is on both sides."""
    return any(pair <= set(roles) for pair in APART)


def both_sides(session: Session, today: date) -> list[User]:
    """Open accounts that are, by address."""
    is_open = User.active & sa.func.coalesce(User.ends_on >= today, sa.true())
    query = sa.select(User).where(is_open).options(selectinload(User.roles)).order_by(User.email)
    return [user for user in session.scalars(query) if are_one([role.name for role in user.roles])]
