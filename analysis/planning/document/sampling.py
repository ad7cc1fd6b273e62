"""Section V of the plan, its heart: frame, strata, stages, sizes and what they promise, reserves, the sealed draw."""

from collections.abc import Mapping
from typing import Any

from analysis.planning.document import words
from analysis.planning.document.about import About
from analysis.planning.folder import PlanFolder
from analysis.planning.spec import SamplePlan
from analysis.report.blocks import Column, Draft, Row, Run, runs
from analysis.report.words import count, day, upper_first


def add_sampling(draft: Draft, folder: PlanFolder, about: About) -> None:
    draft.heading(1, "V. CHỌN MẪU")
    _frame(draft, folder)
    _stages(draft, folder)
    _sizes(draft, folder)
    _promise(draft, folder, about)
    _reserves(draft, folder, about)
    _seal(draft, folder)


def row(*cells: str, strong: bool = False) -> Row:
    return Row(tuple(runs(cell) for cell in cells), strong=strong)


def population(folder: PlanFolder) -> int:
    return sum(stratum.size for stratum in folder.strata)


def _frame(draft: Draft, folder: PlanFolder) -> None:
    kind = folder.plan.kind
    draft.heading(2, "1. Dàn mẫu")
    draft.text(
        f"Dàn mẫu là {words.FRAMES[kind]}, gồm {count(population(folder))} {words.CASES[kind]} thuộc "
        f"{count(len(folder.strata))} tầng. Đơn vị được đánh giá cung cấp danh sách; danh sách chỉ mang mã ẩn danh, "
        "không có họ tên, số điện thoại, địa chỉ hay số giấy tờ của người dân. Trước khi niêm phong, dàn mẫu được "
        "kiểm tra trùng lặp, khoảng trống trong số thứ tự, đơn vị còn thiếu và cơ cấu so với năm trước."
    )


def _stages(draft: Draft, folder: PlanFolder) -> None:
    plan = folder.plan
    draft.heading(2, "2. Phân tầng và các bước chọn")
    strata = words.listed([words.column(name) for name in plan.strata])
    draft.text(f"Dàn mẫu được phân tầng theo {strata}; mẫu được rút độc lập trong từng tầng.")
    for place in range(len(plan.stages)):
        lead = f"Bước {place + 1}: " if len(plan.stages) > 1 else ""
        draft.item(upper_first(f"{lead}{words.stage(plan, place)}."))
    draft.text(
        "Xác suất được chọn của từng trường hợp được ghi lại khi rút; trọng số của mỗi trường hợp là nghịch đảo của "
        "xác suất đó và được dùng khi tính chỉ số."
    )


def _sizes(draft: Draft, folder: PlanFolder) -> None:
    plan, promise = folder.plan, folder.promise
    whole, believed = promise["rows"][0], plan.assumptions
    draft.heading(2, "3. Cỡ mẫu")
    draft.text(
        f"Theo công thức n = N/(1 + N·e²) với N = {count(whole['population'])} và sai số e = "
        f"{words.plain(100 * believed.margin)}%, cỡ mẫu là {count(promise['official'])}. Công thức này ứng với chọn "
        "ngẫu nhiên đơn giản, chưa tính đến chọn theo cụm, phiếu không thu được và sai số của từng đơn vị, nên kế "
        "hoạch tính thêm như sau."
    )
    draft.text(
        f"Số trường hợp rút ra là {count(whole['cases'])}{_allocated(plan)}; dự kiến có "
        f"{count(round(whole['answers']))} người trả lời (tỷ lệ trả lời {words.percent(believed.response, 0)}), hệ số "
        f"thiết kế {words.comma(whole['deff'], 2)} (tương quan trong cụm {words.plain(believed.correlation)}). "
        f"{_precision(folder)}"
    )
    # Where single cases are drawn, there is no PSU to count.
    if promise["steps"]["take"] > 1:
        draft.text(_steps(promise["steps"]))


def _allocated(plan: SamplePlan) -> str:
    """Where the plan states how many units of the first stage each stratum gives, nothing is allocated."""
    return "" if plan.stages[0].number else f", phân bổ {words.allocation(plan.allocation)}"


def _precision(folder: PlanFolder) -> str:
    whole, believed = folder.promise["rows"][0], folder.plan.assumptions
    if whole["half_width"] is None:
        return "Mẫu này không tính được sai số chọn mẫu."
    return (
        f"Nếu tỷ lệ hài lòng là {words.percent(believed.share, 0)} thì khoảng tin cậy "
        f"{words.percent(believed.level, 0)} của toàn địa bàn là từ {words.comma(whole['low'])}% đến "
        f"{words.comma(whole['high'])}% (± {words.comma(whole['half_width'])} điểm phần trăm)."
    )


def _steps(steps: Mapping[str, Any]) -> str:
    head = (
        f"Với {words.plain(round(steps['take'], 1))} trường hợp ở mỗi cụm, một đơn vị có từ {steps['impossible']} "
        "cụm trở xuống không thể có kết luận riêng dù mọi người trả lời đều hài lòng"
    )
    some = f"; cần ít nhất {steps['some']} cụm để có cơ hội kết luận" if steps["some"] else ""
    even = f" và từ {steps['even']} cụm trở lên để nhiều khả năng kết luận được" if steps["even"] else ""
    return f"{head}{some}{even} (tính với tỷ lệ thật 90%)."


def _promise(draft: Draft, folder: PlanFolder, about: About) -> None:
    plan, rows = folder.plan, folder.promise["rows"]
    target = words.percent(plan.assumptions.target, 0)
    shown = sorted((one for one in rows if one["level"] != "unit"), key=lambda one: -one["population"])
    units = [one for one in rows if one["level"] == "unit"]
    draft.table(
        f"Sai số dự kiến và khả năng chứng minh được chỉ số trên {target}",
        promise_columns(plan.assumptions.truths, "Phạm vi"),
        [promise_row(one, name(one, about)) for one in shown],
        "Khả năng: xác suất giới hạn dưới của khoảng tin cậy vượt mục tiêu, nếu tỷ lệ thật bằng giá trị ghi ở đầu cột.",
    )
    if units:
        counted = {word: sum(one["outlook"] == code for one in units) for code, word in words.OUTLOOKS.items()}
        parts = [f"{count(number)} đơn vị {word}" for word, number in counted.items() if number]
        draft.text(
            f"Ở cấp đơn vị, xét ở tỷ lệ thật 90% (Phụ lục III): {'; '.join(parts)}. Đơn vị không thể hoặc khó kết "
            "luận chỉ công bố số liệu kèm sai số, không công bố kết luận đạt hay chưa đạt."
        )


def name(one: Mapping[str, Any], about: About) -> str:
    if one["level"] == "overall":
        return "Toàn địa bàn"
    code = one["code"]
    named = (about.unit(part) if one["level"] == "unit" else words.VALUES.get(part, part) for part in code.split("/"))
    return upper_first(", ".join(named))


def promise_columns(truths: tuple[float, ...], first: str) -> tuple[Column, ...]:
    return (
        Column(first, 40),
        Column("Trong dàn mẫu", 18, "right"),
        Column("Số rút", 15, "right"),
        Column("Dự kiến trả lời", 18, "right"),
        Column("Sai số (±)", 15, "right"),
        *(Column(f"Nếu {words.percent(truth, 0)}", 14, "right") for truth in truths),
    )


def promise_row(one: Mapping[str, Any], title: str) -> Row:
    return row(
        title,
        count(one["population"]),
        count(one["cases"]),
        count(round(one["answers"])),
        "–" if one["half_width"] is None else words.comma(one["half_width"]),
        *(words.percent(chance, 0) for chance in one["power"].values()),
        strong=one["level"] == "overall",
    )


def _reserves(draft: Draft, folder: PlanFolder, about: About) -> None:
    first, last = folder.plan.stages[0], folder.plan.stages[-1]
    draft.heading(2, "4. Dự phòng và thay thế")
    if not (first.reserves or last.reserves):
        draft.text("Không có danh sách dự phòng: trường hợp không trả lời được ghi nhận, không thay thế.")
        return
    drawn = [f"{count(last.reserves)} trường hợp cho mỗi nhóm rút ở bước cuối"] if last.reserves else []
    if first.reserves and len(folder.plan.stages) > 1:
        drawn.append(f"{count(first.reserves)} {words.column(first.unit)} cho mỗi tầng")
    draft.text(
        f"Danh sách dự phòng được rút cùng lúc với mẫu: {words.listed(drawn)}. Dự phòng chỉ dùng đúng thứ tự, sau "
        f"{about.attempts} lần liên hệ vào các ngày, giờ khác nhau và phải ghi mã lý do: {', '.join(words.REASONS)}. "
        "Điều tra viên không tự chọn người thay thế; số lần thay thế được thống kê theo đơn vị và in trong báo cáo; "
        "tỷ lệ trả lời tính trên mẫu rút ban đầu."
    )


def _seal(draft: Draft, folder: PlanFolder) -> None:
    number = folder.plan.public_number
    draft.heading(2, "5. Rút mẫu công khai")
    draft.text("Dàn mẫu và kế hoạch chọn mẫu được niêm phong trước khi rút bằng mã cam kết (SHA-256):")
    for half in (folder.commitment[:32], folder.commitment[32:]):
        draft.centred(Run(" ".join(half[at : at + 8] for at in range(0, 32, 8)), bold=True))
    draft.text(
        f"Con số công khai dùng để rút là {number.digits} chữ số của {number.source}, ngày "
        f"{day(number.day.isoformat())}; trước ngày đó không ai biết con số này. Mẫu được tính hoàn toàn từ mã cam "
        "kết và con số công khai, nên người lập kế hoạch không thể lựa chọn kết quả, và sau khi có con số thì không "
        "thể sửa dàn mẫu hay kế hoạch mà không bị phát hiện.",
    )
    draft.text(
        "Bất kỳ ai cũng có thể kiểm tra lại danh sách bằng tệp verify.py kèm theo thư mục kế hoạch (chỉ cần Python, "
        "không cần phần mềm nào khác)."
    )
