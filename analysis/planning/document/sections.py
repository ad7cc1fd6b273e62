"""Sections I–IV and VI–XIII of the plan: why, on what basis, by whom, when, for how much, and what is published."""

from collections.abc import Iterable

from analysis.planning.document import words
from analysis.planning.document.about import About
from analysis.planning.document.sampling import row
from analysis.planning.folder import PlanFolder
from analysis.report.blocks import Column, Draft, Run
from analysis.report.words import count, day


def add_before(draft: Draft, folder: PlanFolder, about: About) -> None:
    _purposes(draft, about)
    _bases(draft, about)
    _scope(draft, folder, about)
    _contents(draft, about)


def add_after(draft: Draft, folder: PlanFolder, about: About) -> None:
    _conduct(draft, about)
    _supervision(draft, folder, about)
    _processing(draft, folder, about)
    _privacy(draft, about)
    _publication(draft, about)
    _calendar(draft, about)
    _budget(draft, folder, about)
    _organisation(draft, about)


def _items(draft: Draft, lines: Iterable[str]) -> None:
    for line in lines:
        draft.item(line if line.endswith((".", ";", ":")) else f"{line}.")


def _purposes(draft: Draft, about: About) -> None:
    draft.heading(1, "I. MỤC ĐÍCH, YÊU CẦU")
    draft.heading(2, "1. Mục đích")
    _items(draft, about.purposes)
    draft.heading(2, "2. Yêu cầu")
    _items(draft, about.requirements)


def _bases(draft: Draft, about: About) -> None:
    draft.heading(1, "II. CĂN CỨ")
    _items(draft, about.legal_bases)
    if about.method:
        draft.text(Run("Phương pháp áp dụng: ", bold=True), about.method)


def _scope(draft: Draft, folder: PlanFolder, about: About) -> None:
    draft.heading(1, "III. ĐỐI TƯỢNG, PHẠM VI, KỲ KHẢO SÁT")
    draft.item(Run("Đối tượng: ", bold=True), about.subjects)
    for line in about.scope:
        draft.item(line)
    draft.item(
        Run("Kỳ khảo sát: ", bold=True),
        f"từ ngày {day(about.first_day.isoformat())} đến ngày {day(about.last_day.isoformat())}.",
    )
    if about.field_first_day and about.field_last_day:
        first, last = day(about.field_first_day.isoformat()), day(about.field_last_day.isoformat())
        draft.item(Run("Thời gian thu thập thông tin: ", bold=True), f"từ ngày {first} đến ngày {last}.")
    if folder.plan.simulated:
        draft.text(Run("Kế hoạch này lập trên dàn mẫu mô phỏng, dùng để trình diễn và tập huấn.", italic=True))


def _contents(draft: Draft, about: About) -> None:
    draft.heading(1, "IV. NỘI DUNG, MẪU PHIẾU")
    _items(draft, about.contents)
    if about.forms:
        draft.text("Mẫu phiếu và mức độ chắc chắn của từng mẫu được nêu tại Phụ lục I.")


def _conduct(draft: Draft, about: About) -> None:
    draft.heading(1, "VI. PHƯƠNG THỨC ĐIỀU TRA, LỰC LƯỢNG, TẬP HUẤN")
    _items(draft, about.channels)
    draft.text(
        "Chỉ phiếu thu từ mẫu đã rút mới được tính vào chỉ số; phiếu qua mã QR để ngỏ, máy đặt tại quầy là nguồn "
        "tham khảo riêng, công bố riêng."
    )
    for duty in about.people:
        draft.item(Run(f"{duty.who}: ", bold=True), duty.what)
    _items(draft, about.training)


def _supervision(draft: Draft, folder: PlanFolder, about: About) -> None:
    draft.heading(1, "VII. GIÁM SÁT, PHÚC TRA")
    _items(draft, about.supervision)
    if folder.plan.reinterview:
        draft.text(
            f"Phúc tra {words.percent(folder.plan.reinterview, 0)} số trường hợp của mẫu; danh sách phúc tra do hệ "
            "thống rút cùng lúc với mẫu, do người khác với điều tra viên ban đầu thực hiện. Phiếu phúc tra chỉ dùng "
            "để đối chiếu, không tính vào chỉ số."
        )
    draft.text(
        "Sổ phiếu ghi rõ số phiếu phát ra, thu về, hỏng, thay thế của từng lô; mỗi lô có tờ bìa theo Phụ lục IV."
    )


def _processing(draft: Draft, folder: PlanFolder, about: About) -> None:
    believed = folder.plan.assumptions
    target = words.percent(believed.target, 0)
    draft.heading(1, "VIII. NHẬP, LÀM SẠCH SỐ LIỆU VÀ TÍNH CHỈ SỐ")
    _items(draft, about.processing)
    if about.formula:
        draft.text(Run("Công thức: ", bold=True), about.formula)
    draft.text(
        f"Tiêu chí có dưới {count(about.base_minimum)} câu trả lời trong một đơn vị thì không đưa vào chỉ số của đơn "
        "vị đó và được nêu rõ."
    )
    draft.text(
        f"Kết luận dựa vào khoảng tin cậy {words.percent(believed.level, 0)} đã in trong báo cáo: ",
        Run("đạt", bold=True),
        f" nếu giới hạn dưới lớn hơn {target}; ",
        Run("chưa đạt", bold=True),
        f" nếu giới hạn trên không vượt quá {target}; còn lại là ",
        Run("chưa đủ cơ sở kết luận", bold=True),
        f". Đúng {target} là chưa đạt.",
    )


def _privacy(draft: Draft, about: About) -> None:
    draft.heading(1, "IX. BẢO VỆ DỮ LIỆU")
    _items(draft, about.privacy)
    draft.text(
        "Câu trả lời không chứa họ tên, số điện thoại, số giấy tờ hay mã hồ sơ. Danh sách liên hệ (nếu có) được mã "
        f"hóa, lưu riêng, do người khác quản lý và được hủy trong {count(about.retention_days)} ngày kể từ ngày kết "
        "thúc khảo sát; việc hủy có biên bản. Người trả lời được thông báo trước khi trả lời theo Phụ lục V."
    )


def _publication(draft: Draft, about: About) -> None:
    draft.heading(1, "X. CÔNG BỐ, BÁO CÁO")
    draft.text(
        "Kết quả được công bố dù đạt hay chưa đạt mục tiêu. Báo cáo in sai số đã dự kiến trong kế hoạch này cạnh sai "
        "số thực tế, tỷ lệ trả lời, số lần thay thế và mọi thay đổi của kế hoạch."
    )
    draft.table(
        "Hình thức và thời hạn công bố",
        (Column("Sản phẩm", 62), Column("Nơi công bố", 66), Column("Hạn", 32, "center")),
        [row(one.what, one.where, day(one.day.isoformat())) for one in about.publications],
        "",
    )


def _calendar(draft: Draft, about: About) -> None:
    draft.heading(1, "XI. TIẾN ĐỘ")
    draft.table(
        "Tiến độ thực hiện",
        (
            Column("TT", 9, "center"),
            Column("Công việc", 68),
            Column("Chủ trì", 39),
            Column("Từ ngày", 22, "center"),
            Column("Đến ngày", 22, "center"),
        ),
        [
            row(str(place), one.what, one.who, day(one.first_day.isoformat()), day(one.last_day.isoformat()))
            for place, one in enumerate(about.calendar, start=1)
        ],
        "",
    )


def _budget(draft: Draft, folder: PlanFolder, about: About) -> None:
    work = folder.promise["work"]
    draft.heading(1, "XII. KINH PHÍ")
    if about.budget_source:
        draft.text(about.budget_source)
    if folder.plan.effort.officers > 1:
        draft.text(
            f"Khối lượng: {count(work['cases'])} trường hợp, {count(folder.plan.effort.officers)} điều tra viên, mỗi "
            f"người {words.plain(folder.plan.effort.cases_per_day)} trường hợp một ngày, cần {count(work['days'])} "
            "ngày làm việc."
        )
    rows = [
        row(str(place), one.what, one.unit, count(one.quantity), count(one.price), count(one.amount))
        for place, one in enumerate(about.budget, start=1)
    ]
    if rows:
        rows.append(row("", "Tổng cộng", "", "", "", count(sum(one.amount for one in about.budget)), strong=True))
    draft.table(
        "Dự toán kinh phí",
        (
            Column("TT", 9, "center"),
            Column("Nội dung chi", 62),
            Column("Đơn vị tính", 22, "center"),
            Column("Số lượng", 18, "right"),
            Column("Đơn giá", 22, "right"),
            Column("Thành tiền", 27, "right"),
        ),
        rows,
        "Đơn vị: đồng.",
    )


def _organisation(draft: Draft, about: About) -> None:
    draft.heading(1, "XIII. TỔ CHỨC THỰC HIỆN")
    for place, duty in enumerate(about.organisation, start=1):
        draft.text(Run(f"{place}. {duty.who}: ", bold=True), duty.what)
    draft.text(
        "Kế hoạch này không thay đổi sau khi ban hành; mọi điều chỉnh là phụ lục có số thứ tự và được nêu trong báo "
        "cáo kết quả. Quá trình thực hiện có khó khăn, vướng mắc, đề nghị các cơ quan, đơn vị phản ánh để kịp thời "
        "giải quyết./."
    )
