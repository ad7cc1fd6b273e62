"""Collection points: a counter, a ward, a school gate; each with the short code that its QR carries."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Wave
from survey_app.models.units import Unit

# The modes a citizen meets at a point. The other modes begin with an officer's case.
POINT_MODES = ("qr_open", "qr_slip", "visit_code", "kiosk", "paper_self", "counter_3")
# What respondents filled in on paper there, two people of the staff type in (`entry`): the point's own link takes
# nothing, for nobody alone may add to the drawn sample.
STAFF_MODES = ("paper_self",)
# Where a sheet on the wall opens nothing: staff type the one, and each respondent's own slip opens the other.
WITHOUT_SHEET = (*STAFF_MODES, "qr_slip")
# The short variant leaves out the questions that the instrument marks `full_only`.
VARIANTS = ("full", "short")
POINT_KINDS = ("counter", "ward", "station", "school_gate", "other")


class CollectionPoint(Base):
    __tablename__ = "collection_point"
    __table_args__ = (
        one_of("mode", POINT_MODES, "mode"),
        one_of("kind", POINT_KINDS, "kind"),
        one_of("variant", VARIANTS, "variant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="counter")
    label_vi: Mapped[str] = mapped_column(sa.String(200))
    label_en: Mapped[str] = mapped_column(sa.String(200))
    mode: Mapped[str] = mapped_column(sa.String(20), default="qr_open")
    # What the form says for {procedure}; empty where a point serves many.
    procedure_vi: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    procedure_en: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    variant: Mapped[str] = mapped_column(sa.String(10), default="full", server_default="full")
    active: Mapped[bool] = mapped_column(default=True)
    wave: Mapped[Wave] = relationship()
    unit: Mapped[Unit] = relationship()
