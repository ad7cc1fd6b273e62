"""The simulated surveys: which instrument, which people, who is asked where. Everything is named as simulated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.simulation.forms import OPEN, PAPER, Manner
from survey_app.simulation.population import Profile


@dataclass(frozen=True)
class Channel:
    """A collection point of this mode in each unit, and how many people answer there."""

    mode: str
    each: int
    manner: Manner
    label_vi: str  # Completed by the unit's name.
    label_en: str
    # Above 0, content people are likelier to be among those who answer: nobody drew them.
    selects_content: float = 0.0


@dataclass(frozen=True)
class Sample:
    """Drawn from a list and visited by an officer: in each commune so many hamlets, in each so many people."""

    psus: int
    each: int
    frame_vi: str
    frame_en: str


@dataclass(frozen=True)
class Scenario:
    slug: str
    index: str
    instrument: str
    name_vi: str
    name_en: str
    owner_vi: str
    owner_en: str
    method_vi: str
    method_en: str
    profile: Profile
    channels: tuple[Channel, ...]
    sample: Sample
    units: int | None = None  # The first so many communes of the map; None: all of them.
    kind: str = "counter"
    wave_name: Mapping[str, str] = field(
        default_factory=lambda: {"vi": "Đợt 1 (số liệu mô phỏng)", "en": "Wave 1 (simulated data)"}
    )

    @property
    def wave_slug(self) -> str:
        return f"{self.slug}-dot-1"


SIPAS = Scenario(
    slug="sipas-mo-phong",
    index="sipas",
    instrument="sipas2017",
    name_vi="Mô phỏng: Khảo sát mức độ hài lòng về sự phục vụ của cơ quan hành chính nhà nước",
    name_en="Simulation: survey of satisfaction with administrative service",
    owner_vi="Phòng Nội vụ huyện Thọ Xuân",
    owner_en="Office of Home Affairs of Thọ Xuân district",
    method_vi="Quyết định số 2640/QĐ-BNV (câu chữ phiếu là dự thảo)",
    method_en="Decision 2640/QĐ-BNV (wording of the form is a draft)",
    profile=Profile(seed=2017, types={"citizen": 0.85, "business": 0.15}, gates={"N7": 0.4}),
    channels=(Channel("qr_open", 30, OPEN, "Bộ phận Một cửa", "One-stop desk,", selects_content=0.4),),
    sample=Sample(
        8,
        9,
        "Danh sách mô phỏng: hồ sơ có kết quả trong kỳ, theo xã và thôn",
        "Simulated list: dossiers with a result in the period, by commune and hamlet",
    ),
)
HEALTH = Scenario(
    slug="y-te-mo-phong",
    index="health",
    instrument="yte_ngoaitru",
    name_vi="Mô phỏng: Khảo sát mức độ hài lòng về dịch vụ y tế công",
    name_en="Simulation: survey of satisfaction with public health services",
    owner_vi="Phòng Y tế huyện Thọ Xuân",
    owner_en="Health office of Thọ Xuân district",
    method_vi="Quyết định số 56/QĐ-BYT, mẫu phiếu ngoại trú (câu chữ phiếu là dự thảo)",
    method_en="Decision 56/QĐ-BYT, outpatient form (wording of the form is a draft)",
    profile=Profile(
        seed=4448,
        best=0.92,
        worst=0.78,
        hamlets=(6, 9),
        types={"patient": 0.7, "relative": 0.3},
        not_used={"A3": 0.35, "A5": 0.45, "B9": 0.4, "B10": 0.4, "C4": 0.15},
        not_used_elsewhere=0.04,
    ),
    channels=(
        Channel("paper_self", 40, PAPER, "Phiếu giấy tại trạm y tế", "Paper forms, health station of"),
        Channel("qr_open", 12, OPEN, "Trạm y tế", "Health station of", selects_content=0.4),
    ),
    sample=Sample(
        5,
        8,
        "Danh sách mô phỏng: người đã khám tại trạm y tế trong kỳ, theo xã và thôn",
        "Simulated list: people seen at the health station in the period, by commune and hamlet",
    ),
    units=10,
    kind="station",
)
EDUCATION = Scenario(
    slug="giao-duc-mo-phong",
    index="education",
    instrument="gd_th_thcs",
    name_vi="Mô phỏng: Khảo sát mức độ hài lòng về dịch vụ giáo dục công",
    name_en="Simulation: survey of satisfaction with public education services",
    owner_vi="Phòng Giáo dục và Đào tạo huyện Thọ Xuân",
    owner_en="Office of Education and Training of Thọ Xuân district",
    method_vi="Quyết định số 3982/QĐ-BGDĐT, mẫu phiếu cha mẹ học sinh (tiêu chí và câu chữ là dự thảo)",
    method_en="Decision 3982/QĐ-BGDĐT, parents' form (criteria and wording are a draft)",
    profile=Profile(seed=3982, best=0.88, worst=0.72, hamlets=(6, 9), not_used_elsewhere=0.03),
    channels=(
        Channel("paper_self", 40, PAPER, "Phiếu họp cha mẹ học sinh, trường tại", "Parents' meeting, school of"),
        Channel("qr_open", 12, OPEN, "Cổng trường tại", "School gate,", selects_content=0.4),
    ),
    sample=Sample(
        5,
        8,
        "Danh sách mô phỏng: cha mẹ học sinh năm học này, theo xã và thôn",
        "Simulated list: parents of this school year's pupils, by commune and hamlet",
    ),
    units=10,
    kind="school_gate",
)
SCENARIOS = (SIPAS, HEALTH, EDUCATION)
