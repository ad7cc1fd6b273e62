"""What the numbers of a sample size mean, in sentences that are read before money is spent; Vietnamese and English."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.planning.sizes import EVEN, SOME, Outlook, Promise, Sizes
from analysis.planning.spec import Assumptions


@dataclass(frozen=True)
class Sentence:
    """`kind`: information, or a warning that should stop whoever plans."""

    code: str
    kind: str
    vi: str
    en: str


OUTLOOKS: dict[Outlook, tuple[str, str]] = {
    "impossible": ("không thể kết luận", "no verdict possible"),
    "weak": ("khó kết luận", "a verdict is unlikely"),
    "possible": ("có thể kết luận", "a verdict is possible"),
    "sound": ("đủ sức kết luận", "a verdict is likely"),
}


def sentences(found: Sizes, believed: Assumptions) -> tuple[Sentence, ...]:
    return (_official(found, believed), _overall(found, believed), _steps(found), *_units(found))


def comma(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _official(found: Sizes, believed: Assumptions) -> Sentence:
    whole = found.overall
    e = f"{100 * believed.margin:g}"
    return Sentence(
        "official",
        "information",
        f"Công thức n = N/(1 + N·e²) với N = {thousands(whole.population)} và e = {e.replace('.', ',')} % cho "
        f"{thousands(found.official)} phiếu; công thức này không tính đến việc chọn theo cụm và phiếu không thu được.",
        f"The formula n = N/(1 + N·e²) with N = {whole.population:,} and e = {e} % gives {found.official:,} forms; "
        "it knows nothing of clusters and of forms that do not come back.",
    )


def _overall(found: Sizes, believed: Assumptions) -> Sentence:
    whole = found.overall
    if whole.half_width is None:
        return Sentence(
            "overall_none", "warning", "Mẫu này không tính được sai số chọn mẫu cho toàn bộ địa bàn.",
            "No sampling error can be computed for the whole from this sample.",
        )  # fmt: skip
    share = 100 * believed.share
    chances_vi = "; ".join(f"{truth} %: {comma(100 * chance, 0)} %" for truth, chance in whole.power.items())
    chances_en = "; ".join(f"{truth} %: {100 * chance:.0f} %" for truth, chance in whole.power.items())
    target = f"{100 * believed.target:g}"
    return Sentence(
        "overall",
        "information",
        f"{thousands(whole.cases)} trường hợp rút ra, khoảng {thousands(round(whole.answers))} người trả lời: sai số "
        f"toàn địa bàn ±{comma(whole.half_width)} điểm phần trăm nếu tỷ lệ là {share:g} %. Khả năng chứng minh được "
        f"trên {target} % nếu tỷ lệ thật là {chances_vi.replace('.', ',')}.",
        f"{whole.cases:,} cases drawn, about {round(whole.answers):,} answers: ±{whole.half_width:.1f} points for the "
        f"whole at a share of {share:g} %. Chance of showing more than {target} % if the truth is {chances_en}.",
    )


def _steps(found: Sizes) -> Sentence:
    steps = found.steps
    single = steps.take <= 1.0
    take = f"{steps.take:.1f}".removesuffix(".0")
    vi, en = ("trường hợp", "cases") if single else ("cụm", "PSUs")
    lead_vi = "" if single else f"Với {take.replace('.', ',')} trường hợp ở mỗi cụm, "
    lead_en = "" if single else f"With {take} cases in each PSU, "
    goes_vi, goes_en = _step_words(steps.some, steps.even, vi, en)
    return Sentence(
        "steps",
        "information",
        _capital(
            f"{lead_vi}một đơn vị có từ {steps.impossible} {vi} trở xuống thì không thể kết luận dù mọi người đều hài "
            f"lòng; {goes_vi}."
        ),
        _capital(
            f"{lead_en}a unit of {steps.impossible} {en} or fewer cannot reach a verdict even if everybody is "
            f"satisfied; {goes_en}."
        ),
    )


def _step_words(some: int | None, even: int | None, vi: str, en: str) -> tuple[str, str]:
    if some is None:
        return "số lượng lớn hơn nhiều cũng khó kết luận", "many more will hardly reach one"
    said_vi = f"tối thiểu cần {some} {vi} (khả năng kết luận ít nhất một phần sáu nếu tỷ lệ thật là 90 %)"
    said_en = f"{some} are the minimum (at least one chance in six at a truth of 90 %)"
    if even is None:
        return said_vi, said_en
    return (
        f"{said_vi}; từ {even} {vi} trở lên thì nhiều khả năng kết luận được",
        f"{said_en}; from {even} on a verdict is more likely than not",
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _units(found: Sizes) -> Iterable[Sentence]:
    units = found.of("unit")
    hopeless = [row for row in units if row.outlook == "impossible"]
    weak = [row for row in units if row.outlook == "weak"]
    if hopeless:
        yield Sentence(
            "units_impossible", "warning",
            f"{len(hopeless)} trong {len(units)} đơn vị không thể có kết luận dù kết quả thế nào ({_names(hopeless)}): "
            "cần thêm cụm, hoặc không công bố kết luận riêng cho các đơn vị này.",
            f"{len(hopeless)} of {len(units)} units can have no verdict whatever the answers ({_names(hopeless)}): "
            "draw more PSUs there, or promise no verdict of their own.",
        )  # fmt: skip
    if weak:
        yield Sentence(
            "units_weak", "warning",
            f"{len(weak)} trong {len(units)} đơn vị khó có kết luận ({_names(weak)}): dù tỷ lệ thật là 90 %, khả năng "
            "chứng minh được vẫn dưới một phần sáu.",
            f"{len(weak)} of {len(units)} units will hardly have a verdict ({_names(weak)}): even at a truth of 90 % "
            "the chance is below one in six.",
        )  # fmt: skip


def _names(rows: list[Promise]) -> str:
    more = len(rows) - 5
    return ", ".join(row.code for row in rows[:5]) + (f", … +{more}" if more > 0 else "")


assert (SOME, EVEN) == (1 / 6, 1 / 2), "the sentences say one in six and one in two"  # noqa: S101
