"""What the document says beside the sampling plan: bases, purposes, people, calendar, money, publication; as one JSON.

Every text has a default in the official tone, so that an office fills in what is its own and corrects the rest.
"""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from analysis.planning.spec import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
Lines = tuple[Line, ...]


class Form(Frozen):
    """An instrument as the annex names it. `certainty`: how sure its wording is the official one, in words."""

    title: Line
    version: str = ""
    content_hash: str = ""
    questions: int = Field(default=0, ge=0)
    certainty: str = ""
    decision: str = ""


class Duty(Frozen):
    who: Line
    what: Line


class Step(Frozen):
    what: Line
    who: Line
    first_day: date
    last_day: date


class Cost(Frozen):
    """`price` in đồng; the amount is reckoned."""

    what: Line
    unit: Line
    quantity: int = Field(ge=1)
    price: int = Field(ge=0)

    @property
    def amount(self) -> int:
        return self.quantity * self.price


class Publication(Frozen):
    what: Line
    where: Line
    day: date


class About(Frozen):
    title: Line  # "Khảo sát mức độ hài lòng … năm 2017"; the document's abstract.
    superior: str = ""
    issuer: Line
    place: Line
    number: str = ""  # Without it the document is a draft.
    signed_on: date | None = None
    signer: Line = "THỦ TRƯỞNG CƠ QUAN"
    signer_name: str = ""
    recipients: Lines = ()
    first_day: date
    last_day: date
    field_first_day: date | None = None
    field_last_day: date | None = None
    legal_bases: Lines = ()
    method: str = ""  # The method in force that the survey follows; named, because methods do not compare.
    purposes: Lines = (
        "Đo lường khách quan, khoa học mức độ hài lòng của người dân, tổ chức; xác định chỉ số hài lòng làm căn cứ "
        "đánh giá kết quả thực hiện mục tiêu cải cách hành chính.",
        "Nhận biết nhu cầu, mong đợi của người dân, tổ chức để có biện pháp khắc phục hạn chế, nâng cao chất lượng "
        "phục vụ.",
    )
    requirements: Lines = (
        "Người được khảo sát do hệ thống rút ngẫu nhiên; cơ quan, đơn vị được đánh giá không chọn người trả lời, không "
        "biết danh sách được rút và không giữ phiếu.",
        "Việc rút mẫu công khai, kiểm tra lại được; kết quả công bố kèm sai số chọn mẫu và phương pháp tính.",
        "Bảo đảm trung thực, bí mật thông tin của người trả lời, tiết kiệm và đúng tiến độ.",
    )
    subjects: Line
    scope: Lines = ()
    contents: Lines = ()
    forms: tuple[Form, ...] = ()
    channels: Lines = ()
    people: tuple[Duty, ...] = ()
    training: Lines = ()
    attempts: int = Field(default=3, ge=1, le=10)
    supervision: Lines = ()
    processing: Lines = ()
    formula: str = ""  # The one sentence that names how the index is computed.
    base_minimum: int = Field(default=30, ge=0)
    retention_days: int = Field(default=60, ge=0)
    privacy: Lines = ()
    publications: tuple[Publication, ...] = ()
    calendar: tuple[Step, ...] = ()
    budget: tuple[Cost, ...] = ()
    budget_source: str = ""
    organisation: tuple[Duty, ...] = ()
    units: dict[str, str] = Field(default={})  # Names by code.
    notice: Lines = ()
    contact: str = ""

    def unit(self, code: str) -> str:
        return self.units.get(code, code)
