"""What each kind of change between two versions does to the series: one table, each line with its reason.

The columns are the question's own series, the factor (and block) it stands in, and the index. Of a change to a part or
to the whole, "own" is every rated item it holds. Questions outside factors have an own series only: whatever happens
to an assessment or a profile question never touches the index, except where an item's condition looks at it.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Consequence(IntEnum):
    """Ordered, so that the worst is the maximum."""

    COMPARABLE = 0
    NOTE = 1
    BREAKS = 2

    @property
    def words(self) -> str:
        return ("comparable", "comparable with note", "breaks the series")[self]


@dataclass(frozen=True)
class Rule:
    own: Consequence
    factor: Consequence
    index: Consequence
    words: str
    why: str


_C, _N, _B = Consequence
RULES: Final = {
    # ------------------------------------------------------------ the whole
    "code": Rule(_N, _N, _B, "another instrument", "an instrument of another code begins an index of its own"),
    "kind_of_instrument": Rule(_B, _B, _B, "another kind of instrument", "three levels cannot be turned into five"),
    "version": Rule(_C, _C, _C, "another version number", "it names the content and changes none"),
    "status": Rule(_C, _C, _C, "another status of the wording", "what changed in the wording is listed by itself"),
    "title": Rule(_C, _C, _C, "title or introduction reworded", "it names the form and asks nothing"),
    "respondent": Rule(_N, _N, _N, "who should answer reworded", "other people may take themselves to be meant"),
    "respondent_types": Rule(_N, _N, _N, "other types of respondents", "the answers come from another mix of people"),
    "index_code": Rule(_C, _C, _B, "another index", "two indices are two series"),
    "index_name": Rule(_C, _C, _C, "index renamed", "the figure is the same"),
    "target": Rule(_C, _C, _N, "another target", "rates compare, verdicts against different targets do not"),
    "level_label": Rule(_B, _B, _B, "level of the scale reworded", "the same opinion may be ticked at another level"),
    "level_label_other_language": Rule(
        _N, _N, _N, "level of the scale reworded in the other language", "those who read it may tick another level"
    ),
    "not_used_label": Rule(_N, _N, _N, "words of “not used” changed", "others may leave the base of a rate"),
    "not_used_offered": Rule(_N, _N, _N, "“not used” offered or not", "who did not use it leaves the base, or guesses"),
    "formula": Rule(_C, _C, _B, "another formula of the index", "the same answers give another figure"),
    "positive": Rule(_B, _B, _B, "other levels count as satisfied", "the same answers give another rate"),
    "reading": Rule(
        _C, _C, _N, "reading of the formula reworded", "what is printed beside the figure is another claim"
    ),
    "base_minimum": Rule(_C, _N, _N, "another smallest base", "items may be left out in small units, or come back"),
    "beside": Rule(_C, _C, _C, "other figures beside the index", "the index itself is the same"),
    "block": Rule(_C, _C, _C, "blocks changed", "figures of these blocks begin anew; factors and index stay"),
    # ------------------------------------------------------------ parts
    "part_added": Rule(_C, _C, _C, "part added", "its questions are listed by themselves"),
    "part_removed": Rule(_C, _C, _C, "part removed", "its questions are listed by themselves"),
    "part_recoded": Rule(_C, _N, _C, "part has another code", "its figures have to be joined by hand"),
    "part_moved": Rule(_N, _N, _N, "part moved", "what is asked before colours what is answered after"),
    "part_kind": Rule(_C, _C, _C, "part of another kind", "its questions are reported under another heading"),
    "part_title": Rule(_C, _N, _C, "part renamed", "the figure has another name, from the same questions"),
    "intro": Rule(_N, _N, _C, "words before the questions changed", "they set what people have in mind"),
    "rotation": Rule(_N, _N, _N, "order rotated or not", "effects of the order are spread, or are not"),
    # ------------------------------------------------------------ questions
    "added": Rule(_B, _B, _B, "added", "its series begins here, and means over the items hold one more"),
    "removed": Rule(_B, _B, _B, "removed", "its series ends here, and means over the items hold one less"),
    "recoded": Rule(_N, _N, _N, "has another code", "its columns have to be joined by hand"),
    "moved": Rule(_C, _C, _C, "moved within its part", "the question is the same and its neighbours nearly"),
    "part": Rule(_N, _N, _N, "moved to another part", "what is asked before colours what is answered after"),
    "factor": Rule(_N, _B, _N, "moved to another factor", "both factors are means of other items"),
    "factor_of_mean": Rule(_N, _B, _B, "moved to another factor", "factors weigh alike, so the item weighs otherwise"),
    "kind": Rule(_B, _B, _B, "another kind of question", "its answers are of another sort"),
    "reworded": Rule(_N, _N, _N, "reworded", "people may understand the new words differently"),
    "criterion": Rule(_B, _B, _B, "another criterion", "it measures another thing under the same code"),
    "spelling": Rule(_C, _C, _C, "spelling or punctuation", "the words are the same"),
    "other_language": Rule(_C, _C, _C, "other language reworded", "the words that most people read are the same"),
    "hint": Rule(_N, _C, _C, "hint changed", "examples steer what people think of"),
    "source": Rule(_C, _C, _C, "another source", "it says where the criterion is from, not what is asked"),
    "recording": Rule(_C, _C, _C, "another recording", "the words are the same"),
    "required": Rule(_N, _N, _N, "must be answered or may be skipped", "those who would skip are in the base, or not"),
    "condition": Rule(_N, _N, _N, "asked of others", "the base is another"),
    "filter_question": Rule(_N, _N, _N, "a question it depends on changed", "the base is another"),
    "states": Rule(_N, _N, _N, "other ways not to answer", "who does not know leaves the base, or guesses"),
    "spelled_out": Rule(_C, _C, _C, "said otherwise in the file", "it has the same effect"),
    "short_form": Rule(_N, _N, _N, "in the short form or not", "the base is another where the short form is used"),
    "option_added": Rule(_B, _B, _B, "option added", "it takes answers from the other options"),
    "option_removed": Rule(_B, _B, _B, "option removed", "its answers go to the other options"),
    "one_option_added": Rule(_N, _N, _N, "option added", "several may be chosen: the other options keep their shares"),
    "one_option_removed": Rule(_N, _N, _N, "option removed", "several may be chosen: the others keep their shares"),
    "option_reworded": Rule(_N, _N, _N, "option reworded", "people may understand the new words differently"),
    "option_recoded": Rule(_N, _N, _N, "option has another code", "its answers have to be joined by hand"),
    "option_moved": Rule(_N, _N, _N, "options in another order", "the first options are chosen more often"),
    "option_specify": Rule(_C, _C, _C, "room for own words or not", "the option is the same"),
    "limit": Rule(_B, _B, _B, "more or fewer answers allowed", "all shares change with the number of choices"),
    "range": Rule(_N, _N, _N, "other bounds", "answers outside were refused, or no longer are"),
    "length": Rule(_C, _C, _C, "longer or shorter text allowed", "texts are not counted"),
    # A new field of the model that nobody has thought about must not pass in silence.
    "other": Rule(_N, _N, _N, "changed", "what it means for the series is not known: look at it"),
}
