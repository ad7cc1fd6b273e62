"""Forms in the structure of those that others publish: what is taken from them, and why the rest is not.

The sheets are our own. Their structure is that of public forms: a household roster with a repeat, an assessment of
health facilities with cascading choices, a satisfaction form with a table of levels and `or_other`.
"""

from questionnaires import exchange, loader
from questionnaires.exchange import notes
from tests.questionnaires.examples import SOURCE, text
from tests.questionnaires.exchange.workbooks import draft, said, workbook

HOUSEHOLD = {
    "survey": [
        [
            "type",
            "name",
            "label::English (en)",
            "label::Français (fr)",
            "relevant",
            "constraint",
            "required",
            "calculation",
        ],
        ["start", "start", None],
        ["deviceid", "deviceid", None],
        ["note", "hello", "Thank you for taking part.", "Merci."],
        ["select_one yesno", "consent", "May we begin?", "On commence ?", None, None, "yes"],
        ["begin group", "household", "Your household", "Ménage", "${consent} = '1'"],
        ["integer", "members", "How many people live here?", "Combien ?", None, ". > 0 and . <= 30", "TRUE"],
        ["select_multiple income", "income", "What do you live on?", "Revenus ?", "${members} >= 1"],
        ["text", "income_other", "What else?", "Autre ?", "selected(${income}, 'other')"],
        ["begin repeat", "person", "Person", "Personne"],
        ["text", "person_name", "Name", "Nom"],
        ["integer", "person_age", "Age", "Âge"],
        ["end repeat", None],
        ["calculate", "adults", None, None, None, None, None, "count(${person})"],
        ["integer", "workers", "How many of them work?", "Combien ?", "${adults} > 0"],
        ["decimal", "land", "How many hectares do you farm?", "Hectares ?", "not(selected(${income}, 'wage'))"],
        [
            "select_one yesno",
            "tv",
            "Is there a television?",
            "Télé ?",
            "${members} > 2 and (${consent} = '1' or ${tv} = '1')",
        ],
        ["geopoint", "place", "Where is the house?", "Où ?"],
        ["end group", None],
    ],
    "choices": [
        ["list name", "name", "label::English (en)", "label::Français (fr)"],
        ["yesno", 1, "Yes", "Oui"],
        ["yesno", 0, "No", "Non"],
        ["income", "farm", "Farming", "Agriculture"],
        ["income", "wage", "Wages", "Salaire"],
        ["income", "other", "Something else", "Autre"],
    ],
    "settings": [["form_title", "form_id", "version"], ["Household survey", "household-2024", 2024010101]],
    "Sheet4": [["scribbles"]],
}


def part(found: exchange.Draft, code: str) -> list[dict[str, object]]:
    return next(one["questions"] for one in found.data["parts"] if one["code"] == code)


def messages(found: exchange.Draft) -> set[str]:
    return {note.message for note in found.notes}


def test_a_household_roster_gives_what_is_no_repeat() -> None:
    found = draft(workbook(HOUSEHOLD))
    household = {question["code"]: question for question in part(found, "household")}

    assert (found.data["code"], found.data["version"]) == ("household_2024", "2024010101")
    assert found.data["title"] == {"en": "Household survey"}
    assert list(household) == ["members", "income", "income_other", "workers", "land", "tv"]
    assert household["members"]["minimum"] == 1
    assert household["members"]["maximum"] == 30
    assert household["members"]["required"] is True
    assert [option["code"] for option in household["income"]["options"]] == ["farm", "wage", "other"]  # type: ignore[index,attr-defined]


def test_conditions_of_a_group_and_of_its_questions_hold_together() -> None:
    found = draft(workbook(HOUSEHOLD))
    household = {question["code"]: question for question in part(found, "household")}
    consent = {"question": "consent", "any_of": ["o1"]}

    assert household["members"]["show_if"] == consent
    assert household["income"]["show_if"] == {"all_of": [consent, {"number": "members", "at_least": 1}]}
    assert household["income_other"]["show_if"] == {"all_of": [consent, {"question": "income", "any_of": ["other"]}]}
    # What could not be said is left away, and the question stays shown within its group.
    assert household["workers"]["show_if"] == household["land"]["show_if"] == household["tv"]["show_if"] == consent


def test_every_cell_that_was_not_taken_is_named() -> None:
    found = draft(workbook(HOUSEHOLD))

    told = said(found)

    for line in (
        "survey, row 10, type: The repetition person is not possible here; its questions were left out.",
        "survey, row 11: person_name is asked once for each person, which is not possible here: it was left out.",
        "survey, row 14, type: adults is calculated or hidden and was left out.",
        "survey, row 15, relevant: The condition was not taken, and the question is always asked: "
        "no condition can look at adults.",
        "survey, row 16, type: Numbers here are whole: decimals will be refused.",
        "survey, row 16, relevant: The condition was not taken, and the question is always asked: "
        "that wage of income was not chosen, no condition can say.",
        "survey, row 17, relevant: The condition was not taken, and the question is always asked: "
        "tv is no question before this one.",
        "survey, row 18, type: Questions of the type “geopoint” are not possible here: place was left out.",
        "survey, row 1, label::Français (fr): Texts in Français (fr) were not taken: there are Vietnamese and English.",
        "survey, row 6, label: The Vietnamese words are missing.",
        "Sheet4: This sheet is no part of a form and was not read.",
        "file: A form of another system has no index, formula, notice or source: complete them in the draft.",
    ):
        assert line in told, line
    assert not found.complete


FACILITY = {
    "survey": [
        ["type", "name", "label", "hint", "relevant", "required", "choice_filter", "appearance", "constraint"],
        ["today", "today", None],
        ["username", "who", None],
        ["select_one region", "region", "Region", None, None, "yes", None, "minimal"],
        ["select_one district", "district", "District", None, None, "yes", "region=${region}", "minimal"],
        ["select_one_from_file facilities.csv", "facility", "Facility", None, None, "yes", "district=${district}"],
        ["begin_group", "services", "Services", None, "${region} != ''"],
        ["select_multiple service", "offered", "Which services are offered?", "Tick all", None, "yes"],
        [
            "begin_group",
            "beds_group",
            "Beds",
            None,
            "selected(${offered}, 'inpatient') or count-selected(${offered}) >= 1",
        ],
        ["integer", "beds", "How many beds?", None, None, "${offered} = 'inpatient'", None, None, ". >= 1"],
        ["range", "cleanliness", "How clean is it, from 0 to 10?"],
        ["date", "inspected", "Last inspection", None, None, None, None, None, ". <= today()"],
        ["image", "photo", "Photograph of the ward"],
        ["end_group", None],
        ["rank service", "needs", "Rank what is needed most"],
        ["end_group", None],
        ["begin_group", "empty", "Nothing here"],
        ["end_group", None],
    ],
    "choices": [
        ["list_name", "name", "label", "region"],
        ["region", "north", "Bắc"],
        ["region", "south", "Nam"],
        ["district", "d1", "Huyện một", "north"],
        ["district", "d2", "Huyện hai", "south"],
        ["service", "inpatient", "Inpatient care"],
        ["service", "outpatient", "Outpatient care"],
        ["service", "pharmacy", "Pharmacy"],
        ["service", "pharmacy", "Pharmacy again"],
    ],
}


def test_a_facility_assessment_offers_all_choices_of_a_cascade_and_says_so() -> None:
    found = draft(workbook(FACILITY), "assessment 2024.xlsx")
    told = said(found)

    assert found.data["code"] == "assessment_2024"
    assert [one["code"] for one in found.data["parts"]] == ["part", "services", "beds_group", "services_2"]
    district = part(found, "part")[1]
    assert [option["code"] for option in district["options"]] == ["d1", "d2"]  # type: ignore[index,attr-defined]
    assert (
        "survey, row 5, choice_filter: The choices depend on an earlier answer (region=${region}), which is not "
        "possible here: all of them are offered." in told
    )
    assert any(line.startswith("survey, row 6, type: The list facilities.csv is not on the sheet") for line in told)
    assert {notes.LANGUAGE_ASSUMED, notes.DOUBLE_OPTION, notes.EMPTY_GROUP, notes.ALL_RANKED} <= messages(found)


def test_nested_groups_add_their_conditions() -> None:
    found = draft(workbook(FACILITY))
    (beds, cleanliness, inspected) = part(found, "beds_group")
    region = {"question": "region", "any_of": ["north", "south"]}
    offered = {"question": "offered", "any_of": ["inpatient", "outpatient", "pharmacy"]}

    assert beds["show_if"] == {"all_of": [region, offered]}
    assert (cleanliness["kind"], cleanliness["maximum"]) == ("number", 10)
    assert {notes.REQUIRED_IF, notes.CONSTRAINT} <= messages(found)
    assert (beds["minimum"], "required" in beds, inspected["kind"]) == (1, False, "date")
    assert part(found, "services_2")[0]["ranks"] == 3


SATISFACTION = {
    "survey": [
        ["type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "appearance", "relevance", "required"],
        ["begin_group", "who", "Về Ông/Bà", "About you", "field-list"],
        ["select_one job or_other", "job", "Ông/Bà làm nghề gì?", "What is your work?"],
        ["end_group", None],
        ["begin_group", "matrix", "Mức độ hài lòng", "Satisfaction", "table-list"],
        ["select_one level", "wait", "Thời gian chờ", "Waiting time", None, None, "true()"],
        ["select_one level", "staff", "Thái độ phục vụ", "Attitude", None, "${wait} <= 2"],
        ["select_one level", "fees", "Phí, lệ phí", "Fees", None, "${wait} = '1' or ${wait} = '2'"],
        ["end_group", None],
        ["text", "more", "Góp ý thêm về ${job}", "Anything <b>else</b>?", "multiline"],
    ],
    "choices": [
        ["list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)"],
        ["job", "farmer", "Làm nông", "Farmer"],
        ["job", "officer", "Công chức", "Officer"],
        ["level", 5, "Rất hài lòng", "Very satisfied"],
        ["level", 4, "Hài lòng", "Satisfied"],
        ["level", 3, "Bình thường", "Neutral"],
        ["level", 2, "Không hài lòng", "Dissatisfied"],
        ["level", 1, "Rất không hài lòng", "Very dissatisfied"],
        ["level", "na", "Không sử dụng", "Not used"],
    ],
    "settings": [["form_title", "id_string", "default_language"], ["Phiếu hài lòng", "sat", "Tiếng Việt (vi)"]],
}


def test_five_levels_are_a_choice_until_a_person_says_that_they_are_rated() -> None:
    plain, rated = draft(workbook(SATISFACTION)), draft(workbook(SATISFACTION), rated=["level"])

    assert {question["kind"] for question in part(plain, "matrix")} == {"single"}
    assert [one["kind"] for one in rated.data["parts"]] == ["general", "factor", "general"]
    assert [level["en"] for level in rated.data["scale"]["levels"]][::4] == ["Very dissatisfied", "Very satisfied"]
    assert rated.data["scale"]["not_used"] == {"vi": "Không sử dụng", "en": "Not used"}
    assert rated.data["parts"][1]["items"][2]["show_if"] == {"question": "wait", "any_of": [1, 2]}
    assert notes.CHECK_LEVELS in messages(rated)


def test_a_completed_draft_is_an_instrument() -> None:
    """What a person gives: index, formula, source, notice, criteria, and a text that repeated an answer."""
    found = draft(workbook(SATISFACTION), rated=["level"])
    data = found.data
    assert data["parts"][0]["questions"][0]["options"][-1] == {
        "code": "other",
        "text": {"vi": "Khác", "en": "Other"},
        "specify": True,
    }
    assert notes.NAMES_ANSWER in messages(found)

    for item in data["parts"][1]["items"]:
        item |= {"criterion": item["text"], "source": SOURCE}
    data["parts"][2]["title"] = text("Góp ý")
    data["parts"][2]["questions"][0]["text"] = text("Góp ý thêm")
    data |= {
        "title": text("Phiếu hài lòng"),
        "short_title": text("Hài lòng"),
        "index": {"code": "sipas", "name": text("Chỉ số")},
        "source": SOURCE,
        "notice": {"purpose": text("Để phục vụ tốt hơn"), "respondent": text("Người dân")},
        "formula": {"name": "O_crit", "version": "1", "reading": text("Trung bình cộng")},
        "respondent_types": [{"code": "citizen", "text": text("Người dân")}],
    }

    assert [item.code for item in loader.read(data).items] == ["wait", "staff", "fees"]


def test_an_order_of_choices_is_no_condition() -> None:
    assert (
        "survey, row 7, relevant: The condition was not taken, and the question is always asked: wait is no number."
        in said(draft(workbook(SATISFACTION)))
    )
