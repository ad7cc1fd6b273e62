"""The annexes of the plan: forms, allocation, units with their promise, cover sheet, notice, and the draw once made."""

from collections import Counter
from collections.abc import Sequence

from analysis.planning.document import words
from analysis.planning.document.about import About
from analysis.planning.document.sampling import name, promise_columns, promise_row, row
from analysis.planning.folder import PlanFolder
from analysis.planning.sizes import Outlook
from analysis.report.blocks import Column, Draft, Row, Run
from analysis.report.words import count, day, upper_first


def add_annexes(draft: Draft, folder: PlanFolder, about: About) -> None:
    _forms(draft, about)
    _allocation(draft, folder, about)
    _units(draft, folder, about)
    _cover(draft)
    _notice(draft, about)
    if folder.drawn:
        _drawn(draft, folder, about)


def _title(draft: Draft, number: str, title: str) -> None:
    draft.heading(3, f"PHỤ LỤC {number}\n{title}", new_page=True)
    draft.centred(Run("(Kèm theo Kế hoạch khảo sát)", italic=True))


def _forms(draft: Draft, about: About) -> None:
    _title(draft, "I", "Mẫu phiếu khảo sát")
    draft.table(
        "Mẫu phiếu, phiên bản và căn cứ",
        (
            Column("Mẫu phiếu", 46),
            Column("Số câu hỏi", 16, "right"),
            Column("Phiên bản", 20, "center"),
            Column("Mã nội dung", 28, "center"),
            Column("Căn cứ, mức độ chắc chắn", 50),
        ),
        [
            row(
                form.title,
                count(form.questions) if form.questions else "–",
                form.version or "–",
                form.content_hash[:12] or "–",
                ". ".join(filter(None, [form.decision, form.certainty])) or "–",
            )
            for form in about.forms
        ],
        "Mã nội dung: những ký tự đầu của mã SHA-256; phiếu dùng khi khảo sát phải có đúng mã này.",
    )
    if not about.forms:
        draft.text("Mẫu phiếu được ban hành kèm theo văn bản riêng.")


def _allocation(draft: Draft, folder: PlanFolder, about: About) -> None:
    _title(draft, "II", "Phân bổ mẫu")
    if folder.plan.strata == ("unit", "respondent_type") and not _clustered(folder):
        _by_type(draft, folder, about)
    else:
        _by_stratum(draft, folder, about)


def _clustered(folder: PlanFolder) -> bool:
    return any(stratum.psus != stratum.size for stratum in folder.strata)


def _by_type(draft: Draft, folder: PlanFolder, about: About) -> None:
    """A line for each unit, its respondent types side by side: what there is, and what is drawn."""
    types = sorted({stratum.respondent_type for stratum in folder.strata}, reverse=True)
    cells = {(stratum.unit, stratum.respondent_type): (stratum.size, stratum.cases) for stratum in folder.strata}
    units = list(dict.fromkeys(stratum.unit for stratum in folder.strata))
    pairs = {unit: [cells.get((unit, kind), (0, 0)) for kind in types] for unit in units}
    rows = [
        row(str(place), upper_first(about.unit(unit)), *_counts(pairs[unit]))
        for place, unit in enumerate(units, start=1)
    ]
    totals = [
        (sum(size for size, _ in column), sum(cases for _, cases in column))
        for column in zip(*pairs.values(), strict=True)
    ]
    rows.append(row("", "Tổng cộng", *_counts(totals), strong=True))
    width = 92 / (2 * len(types) + 1)
    titles = [upper_first(words.VALUES.get(kind, kind)) for kind in types]
    draft.table(
        "Số trong dàn mẫu và số trường hợp rút theo đơn vị và loại đối tượng",
        (
            Column("TT", 10, "center"),
            Column("Đơn vị", 58),
            *(Column(one, width, "right") for title in titles for one in (f"{title}: dàn mẫu", f"{title}: rút")),
            Column("Cộng số rút", width, "right"),
        ),
        rows,
        "",
    )


def _counts(pairs: Sequence[tuple[int, int]]) -> list[str]:
    return [*(count(number) for pair in pairs for number in pair), count(sum(cases for _, cases in pairs))]


def _by_stratum(draft: Draft, folder: PlanFolder, about: About) -> None:
    clustered = _clustered(folder)
    psus = (Column("Cụm trong dàn mẫu", 22, "right"), Column("Cụm rút", 16, "right")) if clustered else ()
    rows = [
        row(
            str(place),
            upper_first(_stratum(stratum.code, folder, about)),
            count(stratum.size),
            *((count(stratum.psus), count(stratum.units)) if clustered else ()),
            count(stratum.cases),
        )
        for place, stratum in enumerate(folder.strata, start=1)
    ]
    total = [sum(getattr(one, column) for one in folder.strata) for column in ("size", "psus", "units", "cases")]
    middle = [count(number) for number in total[1:3]] if clustered else []
    rows.append(row("", "Tổng cộng", count(total[0]), *middle, count(total[3]), strong=True))
    columns = (
        Column("TT", 11, "center"),
        Column("Tầng", 75 if clustered else 95),
        Column("Trong dàn mẫu", 24, "right"),
    )
    draft.table("Phân bổ mẫu theo tầng", (*columns, *psus, Column("Số rút dự kiến", 24, "right")), rows, "")


def _stratum(code: str, folder: PlanFolder, about: About) -> str:
    parts = [
        about.unit(value) if column == "unit" else words.VALUES.get(value, value)
        for column, value in zip(folder.plan.strata, code.split("/"), strict=True)
    ]
    return ", ".join(parts)


def _units(draft: Draft, folder: PlanFolder, about: About) -> None:
    units = [one for one in folder.promise["rows"] if one["level"] == "unit"]
    _title(draft, "III", "Danh sách đơn vị và độ chính xác dự kiến")
    if not units:
        draft.text("Kế hoạch này không lấy kết quả riêng cho từng đơn vị.")
        return
    columns = (*promise_columns(folder.plan.assumptions.truths, "Đơn vị"), Column("Nhận định", 19, "center"))
    rows = [_with_outlook(promise_row(one, name(one, about)), one["outlook"]) for one in units]
    target = words.percent(folder.plan.assumptions.target, 0)
    draft.table(
        f"Sai số và khả năng kết luận trên {target} của từng đơn vị",
        columns,
        rows,
        "Nhận định (không thể, khó, có thể, đủ sức kết luận) xét ở tỷ lệ thật 90%. Sai số (±): nửa độ rộng của "
        f"khoảng tin cậy {words.percent(folder.plan.assumptions.level, 0)}, điểm phần trăm.",
    )


def _with_outlook(found: Row, outlook: Outlook) -> Row:
    word = words.OUTLOOKS[outlook].removesuffix(" kết luận")
    return Row((*found.cells, *row(word).cells), strong=found.strong)


def _cover(draft: Draft) -> None:
    _title(draft, "IV", "Tờ bìa lô phiếu")
    draft.table(
        "Tờ bìa kèm theo mỗi lô phiếu",
        (Column("Nội dung", 80), Column("Ghi", 80)),
        [row(line, "") for line in COVER],
        "Người giao và người nhận cùng ký mỗi lần lô phiếu đổi tay.",
    )


COVER = (
    "Đợt khảo sát, mã lô phiếu",
    "Đơn vị, tầng, cụm",
    "Số phiếu phát ra (từ số … đến số …)",
    "Số phiếu thu về",
    "Số phiếu hỏng",
    "Số phiếu thay thế",
    "Số phiếu trả lại chưa dùng",
    "Họ tên, chữ ký điều tra viên; ngày giao",
    "Họ tên, chữ ký giám sát viên; ngày nhận",
)


def _notice(draft: Draft, about: About) -> None:
    _title(draft, "V", "Thông báo cho người trả lời")
    for line in about.notice or _default_notice(about):
        draft.text(line)


def _default_notice(about: About) -> tuple[str, ...]:
    contact = f" Liên hệ: {about.contact}." if about.contact else ""
    return (
        f"{about.issuer} khảo sát mức độ hài lòng để cải thiện chất lượng phục vụ. Ông/Bà được chọn ngẫu nhiên; việc "
        "trả lời là tự nguyện, Ông/Bà có thể bỏ qua câu hỏi hoặc dừng lại bất cứ lúc nào.",
        "Phiếu không hỏi họ tên, số điện thoại, địa chỉ hay số giấy tờ. Câu trả lời được giữ bí mật, chỉ dùng để "
        "tính số liệu chung và không ảnh hưởng đến việc giải quyết công việc của Ông/Bà.",
        f"Danh sách liên hệ dùng để tìm gặp Ông/Bà được hủy trong {count(about.retention_days)} ngày kể từ ngày kết "
        f"thúc khảo sát; Ông/Bà có quyền yêu cầu hủy sớm hơn.{contact}",
    )


def _drawn(draft: Draft, folder: PlanFolder, about: About) -> None:
    drawn = folder.drawn or {}
    _title(draft, "VI", "Kết quả rút mẫu")
    draft.text(
        f"Con số công khai ({folder.plan.public_number.source}, ngày "
        f"{day(folder.plan.public_number.day.isoformat())}): ",
        Run(drawn["public_number"], bold=True),
        f". Mẫu gồm {count(drawn['sample'])} trường hợp, kèm {count(drawn['reserves'])} trường hợp dự phòng.",
    )
    sample = [case for case in folder.cases if case["reserve"] == case["reserve_psu"] == "0"]
    by_unit, again = Counter(case["unit"] for case in sample), Counter[str]()
    again.update(case["unit"] for case in sample if case["reinterview"] == "1")
    draft.table(
        "Số trường hợp đã rút theo đơn vị",
        (
            Column("TT", 11, "center"),
            Column("Đơn vị", 89),
            Column("Mẫu", 30, "right"),
            Column("Trong đó phúc tra", 30, "right"),
        ),
        [
            row(str(place), upper_first(about.unit(unit)), count(number), count(again[unit]))
            for place, (unit, number) in enumerate(sorted(by_unit.items()), start=1)
        ],
        "",
    )
