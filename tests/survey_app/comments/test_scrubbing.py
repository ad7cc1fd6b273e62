"""What is taken out of a comment: a table of comments as people write them, and what must hold of every text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.scrubbing import MARKS, pieces, scrubbed

STAFF = ("Lê Thị An", "Quản trị", "cán bộ một cửa")
# As written, and as everybody below the analyst reads it. What has no second part stays as it is.
EXAMPLES = (
    ("Gọi tôi theo số 0912345678 nhé.", "Gọi tôi theo số [số điện thoại] nhé."),
    ("SĐT: 091.234.5678", "SĐT: [số điện thoại]"),
    ("Liên hệ 0912 345 678 hoặc +84 912-345-678.", "Liên hệ [số điện thoại] hoặc [số điện thoại]."),
    ("Máy bàn (0237) 3856 123 không ai nghe.", "Máy bàn [số điện thoại] không ai nghe."),
    ("Điện thoại 385612 gọi mãi không được", "Điện thoại [số điện thoại] gọi mãi không được"),
    ("CCCD 038 085 012 345 của tôi nhập sai.", "CCCD [số giấy tờ] của tôi nhập sai."),
    ("CMND 171234567 hết hạn", "CMND [số giấy tờ] hết hạn"),
    ("Hộ chiếu B1234567 làm mãi chưa xong", "Hộ chiếu [số giấy tờ] làm mãi chưa xong"),
    ("Số tài khoản 3512205001234567", "Số tài khoản [dãy số]"),
    ("Xe 36A-123.45 đỗ chắn cổng.", "Xe [biển số] đỗ chắn cổng."),
    ("xe máy 36b1 23456 của cán bộ", "xe máy [biển số] của cán bộ"),
    ("Biển 29-H1 234.56 và 36C-1234", "Biển [biển số] và [biển số]"),
    ("Gửi về nguyen.an@gmail.com giúp tôi", "Gửi về [thư điện tử] giúp tôi"),
    ("mail: lan_68 @ yahoo . com . vn", "mail: [thư điện tử]"),
    ("Anh Tuấn ở bộ phận một cửa rất nhiệt tình.", "Anh [tên người] ở bộ phận một cửa rất nhiệt tình."),
    ("chị lan tiếp dân cáu gắt", "chị [tên người] tiếp dân cáu gắt"),
    ("Đồng chí chủ tịch xã Nguyễn Văn Bình chưa trả lời", "Đồng chí chủ tịch xã [tên người] chưa trả lời"),
    ("đ/c Hoàng Thị Thu Hà bắt đi lại ba lần", "đ/c [tên người] bắt đi lại ba lần"),
    ("Cán bộ tư pháp tên là Hạnh nói năng thô lỗ", "Cán bộ tư pháp tên là [tên người] nói năng thô lỗ"),
    ("bác sĩ Hùng khám kỹ, y tá Nga tiêm nhẹ tay", "bác sĩ [tên người] khám kỹ, y tá [tên người] tiêm nhẹ tay"),
    ("Cô giáo Phạm Thị Hương Giang dạy hay.", "Cô giáo [tên người] dạy hay."),
    ("ông nguyễn văn a đòi tiền", "ông [tên người] đòi tiền"),
    ("ÔNG NGUYỄN VĂN TÁM ĐÒI TIỀN", "ÔNG [tên người] ĐÒI TIỀN"),
    ("ong Nguyen Van Tam doi tien", "ong [tên người] doi tien"),
    ("chi Lan o mot cua rat tot", "chi [tên người] o mot cua rat tot"),
    ("Mr Long giải thích rõ.", "Mr [tên người] giải thích rõ."),
    ("Nguyễn Thị Mười làm mất hồ sơ của tôi.", "[tên người] làm mất hồ sơ của tôi."),
    ("lê thị an nhận hồ sơ rồi để quên", "[tên người] nhận hồ sơ rồi để quên"),
    ("Le Thi An khong cuoi bao gio", "[tên người] khong cuoi bao gio"),
    ("Chị Hoà và chị Hòa thay nhau nghỉ", "Chị [tên người] và chị [tên người] thay nhau nghỉ"),
    # What stays: the matter itself.
    ("Ông/Bà nên thêm ghế ngồi chờ và quạt mát.",),
    ("Tôi phải đi lại 3 lần, mất 2.500.000 đồng và 15 ngày.",),
    ("Nộp 1.200.000.000 đồng ngày 12-10-2026 vẫn chưa có sổ.",),
    ("Nộp hồ sơ từ 7h30 ngày 12.10.2026, hẹn 20/11/2026.",),
    ("Cán bộ tiếp nhận chưa hướng dẫn đầy đủ.",),
    ("Các anh chị em ở một cửa đều vui vẻ, chú ý lắng nghe bà con.",),
    ("Anh ấy làm nhanh, chị ấy làm chậm.",),
    ("Cán bộ xã Thọ Hải rất tốt, UBND xã nên mở thêm quầy.",),
    ("Cơ quan ở 36 đường Lê Lợi, thành phố Thanh Hóa.",),
    ("Đề nghị Chủ tịch UBND huyện xem xét.",),
    ("CÁN BỘ LÀM VIỆC NHANH, THÁI ĐỘ TỐT",),
    ("QĐ 2640/QĐ-BNV và Nghị định 61/2018/NĐ-CP",),
    ("Không có ý kiến gì thêm.",),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0])
def test_what_is_taken_out_and_what_stays(example: tuple[str, ...]) -> None:
    assert scrubbed(example[0], STAFF) == example[-1]
    assert scrubbed(unicodedata.normalize("NFD", example[0]), STAFF) == example[-1]


SECRETS = st.one_of(
    st.from_regex(r"0[35789]\d{8}", fullmatch=True),
    st.from_regex(r"0[35789]\d{2}[ .-]\d{3}[ .-]\d{3}", fullmatch=True),
    st.from_regex(r"\d{12}", fullmatch=True),
    st.from_regex(r"[1-9]\d{8}", fullmatch=True),
    st.from_regex(r"[1-9]\d[A-Z]\d?-\d{3}\.\d{2}", fullmatch=True),
    st.from_regex(r"[a-z]{3,8}\.[a-z]{2,5}@[a-z]{3,8}\.(com|vn)", fullmatch=True),
    st.sampled_from(("Lê Thị An", "LÊ THỊ AN", "lê thị an", "Le Thi An")),
)
WORDS = ("cán", "bộ", "giải", "thích", "rõ", "ràng", "nhưng", "phải", "chờ", "lâu", "quá", "nên", "mong", "thêm", "ghế")
PLAIN = st.lists(st.sampled_from(WORDS))


@given(before=PLAIN, secret=SECRETS, after=PLAIN)
def test_a_secret_never_survives_whatever_stands_around_it(before: list[str], secret: str, after: list[str]) -> None:
    said = scrubbed(" ".join([*before, secret, *after]), STAFF)

    assert secret not in said
    assert said.startswith(" ".join(before))
    assert said.endswith(" ".join(after))


@given(before=PLAIN, title=st.sampled_from(("ông", "Bà", "anh", "chị", "đồng chí", "cán bộ", "bác sĩ")))
def test_a_name_after_a_title_never_survives(before: list[str], title: str) -> None:
    assert "Khuê" not in scrubbed(" ".join([*before, title, "Khuê", "làm mất hồ sơ"]))


@given(st.text(max_size=300))
def test_pieces_are_the_text_and_what_was_scrubbed_has_nothing_more_to_scrub(text: str) -> None:
    found, once = pieces(text, STAFF), scrubbed(text, STAFF)

    assert "".join(piece.text for piece in found) == unicodedata.normalize("NFC", text)
    assert {piece.kind for piece in found} <= {"", *MARKS}
    assert not re.search(r"\d{9}", once)
    assert scrubbed(once, STAFF) == once
