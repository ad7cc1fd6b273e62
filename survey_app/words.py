"""What the console calls the kinds of things. The codes are the models'; texts for citizens are in `answer`."""

from flask_babel import lazy_gettext as _

INDICES = {
    "sipas": _("Satisfaction with administrative service"),
    "health": _("Satisfaction with public health care"),
    "education": _("Satisfaction with public education"),
}
COMBINATIONS = {"single": _("One wave"), "weighted": _("Several waves with stated weights")}
WAVE_STATES = {
    "not_yet": _("not open yet"),
    "open": _("open"),
    "closed": _("closed"),
    "retired": _("instrument version retired"),
    "inactive": _("switched off"),
}
MODES = {
    "qr_open": _("open QR"),
    "qr_slip": _("QR on a slip"),
    "visit_code": _("visit code"),
    "kiosk": _("kiosk"),
    "paper_self": _("paper, filled in alone"),
    "counter_3": _("three-level counter"),
    "tablet": _("tablet with an officer"),
    "phone": _("telephone"),
    "paper_officer": _("paper with an officer"),
}
TAKEN_OUT = {
    "returned": _("came back unused"),
    "spoiled": _("spoiled or lost"),
    "replaced": _("replaced by another slip"),
}
LAYOUTS = {"stickers": _("stickers, 24 on a sheet of A4"), "receipts": _("a roll 80 mm wide, for the receipt printer")}
KINDS = {
    "counter": _("counter"),
    "ward": _("ward"),
    "station": _("health station"),
    "school_gate": _("school gate"),
    "other": _("other place"),
}
VARIANTS = {"full": _("all questions"), "short": _("short form")}
DISPOSITIONS = {
    "open": _("to visit"),
    "complete": _("answered"),
    "refused": _("refused"),
    "not_contacted": _("not reached"),
    "moved": _("moved away"),
    "wrong_data": _("wrong data"),
    "not_eligible": _("not eligible"),
    "other": _("other reason"),
}
SECOND_STEPS = {
    "set": _("set up"),
    "missing": _("required, not set up"),
    "none": _("not set up"),
}
ACCOUNT_STATES = {"open": _("open"), "invited": _("invited"), "ended": _("ended"), "closed": _("closed")}
KEPT = {
    "contacts": _("Which dossier or household each case is (the office's own codes)"),
    "paradata": _("How forms were filled in: officer, device, durations"),
    "devices": _("Journal entries of devices that were dropped or do not fit"),
    "comments": _("What people wrote in their own words"),
}
CHANGES = {"voided": _("voided"), "restored": _("restored"), "corrected": _("corrected")}
SHEET_STATES = {
    "single": _("typed once"),
    "differs": _("typed differently"),
    "kept": _("kept"),
    "set_aside": _("set aside"),
}
REINTERVIEWS = {
    "due": _("due"),
    "waiting": _("waiting for the first interview"),
    "done": _("done"),
    "dropped": _("dropped: one of the two has no answer"),
}
DAY_PARTS = {"morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}
CHANNELS = {"visit": _("visit"), "call": _("telephone call")}
AAPOR_WORDS = {
    "complete": _("answered"),
    "partial": _("answered in part"),
    "refused": _("refused"),
    "broken_off": _("broken off"),
    "not_contacted": _("not reached"),
    "moved": _("moved away"),
    "being_tried": _("not reached yet"),
    "other": _("other reason"),
    "not_attempted": _("not visited yet"),
    "wrong_data": _("wrong data"),
    "not_eligible": _("not eligible"),
}
RATES = {
    "RR1": _("Response rate, partial answers left out, at its lowest"),
    "RR2": _("Response rate, partial answers included, at its lowest"),
    "RR3": _("Response rate, unknown cases in part"),
    "RR4": _("Response rate with partial answers, unknown cases in part"),
    "RR5": _("Response rate, without unknown cases"),
    "RR6": _("Response rate with partial answers, without unknown cases"),
    "COOP1": _("Cooperation of those met"),
    "REF1": _("Refusals"),
    "CON1": _("Contacts"),
}
ROLES = {
    "administrator": _("administrator"),
    "manager": _("manager"),
    "officer": _("officer"),
    "analyst": _("analyst"),
    "approver": _("approver"),
    "viewer": _("viewer"),
}
# What is taken out of a comment before anybody below the analyst reads it.
SCRUBBED = {
    "email": _("e-mail address"),
    "plate": _("number plate"),
    "id": _("number of a paper"),
    "phone": _("telephone number"),
    "number": _("long number"),
    "name": _("name of a person"),
}
REGISTER_KINDS = {"comment": _("from comments"), "petition": _("reflection or petition")}
REGISTER_STATES = {"open": _("open"), "answered": _("answered"), "published": _("public"), "closed": _("closed")}
REGISTER_CHANNELS = {
    "letter": _("by letter"),
    "in_person": _("in person"),
    "phone": _("by telephone"),
    "portal": _("by the petitions portal"),
    "other": _("another way"),
}
RESPONDENT_TYPES = {"citizen": _("citizen"), "business": _("business"), "organisation": _("organisation")}
SERIES = {
    "probability": _("Drawn sample"),
    "open": _("Open answers"),
    "counter_3": _("Three-level counter"),
    "modelled": _("Modelled"),
    "combined": _("Combined"),
    "undrawn": _("Respondents whom nobody drew"),
}
FIGURE_LEVELS = {
    "overall": _("index"),
    "block": _("block"),
    "factor": _("factor"),
    "item": _("item"),
    "assessment": _("assessment"),
    "expectation": _("expectation"),
    "profile": _("who answered"),
    "theme": _("theme of comments"),
}
DOMAIN_TYPES = {
    "all": _("everybody"),
    "wave": _("one wave"),
    "respondent_type": _("one kind of respondent"),
    "mode": _("one channel"),
    "unit": _("one unit"),
    "point": _("one collection point"),
}
VERDICTS = {
    "met": _("Met"),
    "not_met": _("Not met"),
    "undecided": _("Not enough basis to conclude"),
    "": _("Not enough data"),
    "undrawn": _("Not judged: no sealed plan"),
}
VERDICT_COLUMNS = {"verdict": _("Conclusion for the unit alone")}
VERDICT_COLUMNS["verdict_holm"] = _("Conclusion for all units at once (Holm)")
VERDICT_REASONS = {
    "met": _("The whole interval lies above the target."),
    "not_met": _("The whole interval lies at or below the target."),
    "undecided": _("The interval reaches to both sides of the target."),
    "": _("Too few people answered for a conclusion."),
    "undrawn": _(
        "No sample was drawn under a sealed plan: the figure describes only those who answered, and its comparison "
        "with the target is not backed by a draw."
    ),
}
CHARTS = {
    "overall": _("The index against the target"),
    "trend": _("The index over the years"),
    "items": _("Answers to each item"),
    "forest": _("Units against the target"),
    "tiles": _("Units by where they lie"),
    "priorities": _("What to fix first"),
    "funnel": _("From the sample to the answers"),
}
ANALYSTS_FILES = {
    "report.html": _("to be read on a screen"),
    "report.en.html": _("to be read on a screen"),
    "report.xlsx": _("all figures and tables, for a spreadsheet"),
    "figures.csv": _("every figure with interval, base and method"),
    "multiplicity.csv": _("conclusions for all units at once (Holm)"),
    "files/responses.sav": _("SPSS, with labels, missing codes and the weight"),
    "files/responses.dta": _("Stata, with labels and missing codes"),
    "files/responses.csv": _("text, for any program"),
    "files/responses.parquet": _("Parquet, for R and Python"),
    "files/counters.xlsx": _("units and their collection points; internal, not to be published"),
    "files/field.xlsx": _("how interviews were done, by unit and officer; internal, not to be published"),
    "files/codebook.html": _("every variable and code, to be read"),
    "files/codebook.csv": _("every variable and code, for programs"),
    "files/ddi.xml": _("description for data archives (DDI Codebook 2.5)"),
    "files/replication.zip": _("replication pack: recomputes every published figure with R"),
}
RUN_STATES = {"running": _("being made"), "failed": _("failed"), "cancelled": _("cancelled"), "finished": _("finished")}
PUBLICATION_STATES = {
    "draft": _("draft"),
    "approved": _("approved"),
    "shown": _("shown to the offices"),
    "published": _("made public"),
    "replaced": _("replaced by a correction"),
    "dropped": _("dropped"),
}
PUBLICATION_STEPS = {
    "entered": _("Entered by"),
    "approved": _("Approved by"),
    "shown": _("Shown to the offices by"),
    "published": _("Published by"),
    "dropped": _("Dropped by"),
}
DEVICE_KINDS = {"tablet": _("Tablet"), "kiosk": _("Kiosk")}
DEVICE_STATES = {
    "to_enrol": _("waits for its code"),
    "code_over": _("code ran out"),
    "in_use": _("in use"),
    "revoked": _("revoked"),
}
ENTRY_STATES = {"waiting": _("waits"), "dropped": _("dropped")}
BREAKS = {"fork": _("Two journals of one device."), "gap": _("Entries are missing.")}
PLAN_STATES = {"drafting": _("being drafted"), "sealed": _("sealed"), "drawn": _("drawn")}
WAVE_STEPS = {
    "copied": _("copied"),
    "sealed": _("plan sealed"),
    "drawn": _("sample drawn"),
    "rehearsed": _("rehearsed"),
    "extended": _("extended"),
    "closed": _("closed early"),
    "reopened": _("opened again"),
    "amended": _("plan amended"),
    "weighed": _("weight in the survey stated or changed"),
    "points_off": _("points switched off"),
    "points_on": _("points switched on"),
    "late_accepted": _("late responses accepted"),
    "late_refused": _("late responses refused"),
}
ALLOCATIONS = {
    "proportional": _("proportional to size"),
    "power": _("by the root of the size"),
    "equal": _("the same in each stratum"),
    "neyman": _("Neyman: by size and spread"),
}
STRATA = {
    "unit": _("unit"),
    "unit_type": _("unit and respondent type"),
    "unit_field": _("unit and field"),
    "type": _("respondent type"),
    "level": _("school level"),
    "unit_level": _("unit and school level"),
    "facility": _("facility"),
    "facility_service": _("facility and service"),
}
COLUMNS = {
    "unit": _("unit"),
    "respondent_type": _("respondent type"),
    "field": _("field"),
    "level": _("school level"),
    "facility": _("facility"),
    "service": _("service"),
    "hamlet": _("hamlet"),
    "school": _("school"),
    "code": _("line of the frame"),
    "person": _("person"),
}
DRAWS = {
    "random": _("simple random"),
    "systematic": _("systematic, through the ordered list"),
    "proportional": _("in proportion to size (PPS, Sampford)"),
    "all": _("all of them"),
}
LEVELS = {"overall": _("All together"), "unit": _("By unit"), "respondent_type": _("By respondent type")}
OUTLOOKS = {
    "impossible": _("no conclusion possible"),
    "weak": _("a conclusion is unlikely"),
    "possible": _("a conclusion is possible"),
    "sound": _("a conclusion is likely"),
}
