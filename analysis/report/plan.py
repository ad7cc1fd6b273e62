"""What the plan drew beside what came back; and what is said without a plan, or with one that nobody can check."""

from collections.abc import Collection

from analysis.report.blocks import Column, Draft, Run
from analysis.report.cells import row
from analysis.report.source import Release
from analysis.report.undrawn import of_sample
from analysis.report.words import count, text

OVERFULL = (
    "Cảnh báo: số phiếu của mẫu nhiều hơn số trường hợp đang dùng, tức là có phiếu không phải của người được chọn."
)


def add_plan(draft: Draft, release: Release) -> None:
    counts = release.context["counts"]
    plan = counts.get("plan")
    if not plan:
        draft.text(
            "Các đợt khảo sát không có kế hoạch chọn mẫu: ai trả lời là do người phát phiếu hoặc người trả lời tự "
            "quyết định. Khoảng tin cậy (nếu có) được tính như thể mỗi người trả lời là một đơn vị mẫu, chỉ để tham "
            "khảo."
        )
        return
    if unsealed := _without_seal(release):
        draft.text(f"Kế hoạch chọn mẫu không kèm mã niêm phong, nên không ai kiểm tra lại được việc rút: {unsealed}.")
    if release.undrawn:
        draft.text(f"Không có kế hoạch chọn mẫu: {_named(release, release.undrawn)}.")
    reached = sum(1 for unit in counts["by_unit"] if unit.get("probability"))
    sampled = counts["by_series"].get("probability", 0)
    draft.text(
        "Mẫu của kế hoạch được chọn theo xác suất, phân tầng theo đơn vị. Bảng dưới đây đối chiếu kế hoạch với kết "
        "quả thu phiếu."
    )
    draft.table(
        "Kế hoạch chọn mẫu và kết quả",
        (Column("Nội dung", 90), Column("Kế hoạch", 35, "right"), Column("Thực hiện", 35, "right")),
        [
            row("Số tầng", count(plan["strata"]), "–"),
            row("Số đơn vị chọn mẫu cấp một (PSU)", count(plan["psus"]), "–"),
            row(
                "Số đơn vị có phiếu trong mẫu",
                count(sum(1 for unit in counts["by_unit"] if unit.get("planned"))),
                count(reached),
            ),
            row("Số trường hợp (phiếu) trong mẫu", count(plan["cases"]), count(sampled)),
        ],
        f"Cơ sở: phiếu hợp lệ của {of_sample(release)}. Kết quả theo từng đơn vị nêu tại Phụ lục I.",
    )
    _overfull(draft, release, plan["cases"], sampled)


def _overfull(draft: Draft, release: Release, cases: int, answers: int) -> None:
    """More answers than cases and reserves in use: told also where no ledger says in which strata."""
    used = sum(found.get("reserves", {}).get("used", 0) for found in release.context.get("cases", {}).values())
    if answers > cases + used and not release.undrawn:
        draft.text(Run(OVERFULL, bold=True))


def _without_seal(release: Release) -> str:
    """Waves whose plan nobody can check; releases made before this was kept do not know."""
    sealed = release.context["method"].get("sealed", {})
    return _named(release, [slug for slug, is_sealed in sealed.items() if not is_sealed])


def _named(release: Release, slugs: Collection[str]) -> str:
    return ", ".join(text(wave["name"]) for wave in release.context["waves"] if wave["slug"] in slugs)
