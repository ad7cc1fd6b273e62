"""The tables. What must never be true cannot be stored: named check constraints stand beside the columns."""

from survey_app.models.accounts import Passkey, Role, StaffSession, User
from survey_app.models.audit import AuditEntry
from survey_app.models.base import Base
from survey_app.models.brakes import BrakeCount
from survey_app.models.cases import Case, CaseAttempt, CaseOfficer
from survey_app.models.comments import CommentTheme
from survey_app.models.devices import Device, DeviceBreak, DeviceEntry
from survey_app.models.drafts import Draft, DraftRevision, Recording
from survey_app.models.filters import SavedFilter
from survey_app.models.letters import Letter
from survey_app.models.paper import PaperBatch, PaperSheet
from survey_app.models.plans import Plan, WaveStep
from survey_app.models.points import CollectionPoint
from survey_app.models.publications import Publication, PublicationReply
from survey_app.models.register import RegisterComment, RegisterEntry
from survey_app.models.responses import Response, ResponseChange, ResponseConflict
from survey_app.models.retention import Deletion, Retention
from survey_app.models.slips import SlipBatch, VisitWeek
from survey_app.models.surveys import InstrumentVersion, Survey, Wave
from survey_app.models.unit_changes import UnitChange, UnitMove
from survey_app.models.units import Unit

__all__ = [
    "AuditEntry",
    "Base",
    "BrakeCount",
    "Case",
    "CaseAttempt",
    "CaseOfficer",
    "CollectionPoint",
    "CommentTheme",
    "Deletion",
    "Device",
    "DeviceBreak",
    "DeviceEntry",
    "Draft",
    "DraftRevision",
    "InstrumentVersion",
    "Letter",
    "PaperBatch",
    "PaperSheet",
    "Passkey",
    "Plan",
    "Publication",
    "PublicationReply",
    "Recording",
    "RegisterComment",
    "RegisterEntry",
    "Response",
    "ResponseChange",
    "ResponseConflict",
    "Retention",
    "Role",
    "SavedFilter",
    "SlipBatch",
    "StaffSession",
    "Survey",
    "Unit",
    "UnitChange",
    "UnitMove",
    "User",
    "VisitWeek",
    "Wave",
    "WaveStep",
]
