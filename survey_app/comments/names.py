"""Words by which `scrubbing` knows that a name follows, or that a capital begins none."""

TITLES = (
    *("ông", "bà", "anh", "chị", "cô", "chú", "bác", "thầy", "cậu", "em", "đồng chí", "đ/c", "đ.c", "đc", "dì", "mợ"),
    *("mr", "mr.", "mrs", "mrs.", "ms", "ms.", "bs", "bs.", "ths", "ths.", "ts", "ts.", "gs", "gs."),
)
ROLES = (
    *("cán bộ", "công chức", "viên chức", "nhân viên", "chuyên viên", "chủ tịch", "phó chủ tịch", "bí thư"),
    *("phó bí thư", "trưởng phòng", "phó phòng", "phó trưởng phòng", "trưởng ban", "trưởng trạm", "trưởng thôn"),
    *("trưởng khoa", "giám đốc", "phó giám đốc", "hiệu trưởng", "phó hiệu trưởng", "hiệu phó", "kế toán", "văn thư"),
    *("bác sĩ", "bác sỹ", "y tá", "y sĩ", "y sỹ", "điều dưỡng", "dược sĩ", "nữ hộ sinh", "hộ sinh", "hộ lý"),
    *("giáo viên", "cô giáo", "thầy giáo", "chủ nhiệm", "bảo vệ", "lễ tân", "tư pháp", "địa chính", "hộ tịch"),
    *("công an", "một cửa", "tiếp nhận", "lãnh đạo", "tên", "tên là"),
)
# Without marks some titles are everyday words; these are taken only before a capital.
TYPED_TITLES = (
    *("ong", "ba", "anh", "chi", "co", "chu", "bac", "thay", "dong chi", "d/c", "can bo", "cong chuc", "nhan vien"),
    *("chuyen vien", "bac si", "y ta", "dieu duong", "giao vien", "co giao", "thay giao", "chu tich", "ten la", "ten"),
)
FAMILY_NAMES = (
    *("nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô"),
    *("dương", "lý", "đào", "đoàn", "vương", "trịnh", "trương", "đinh", "lâm", "phùng", "mai", "tô", "hà", "cao"),
    *("lương", "lưu", "tạ", "chu", "thái", "quách", "lò", "quàng", "vi", "hứa", "kiều", "tống", "triệu", "la"),
    *("nguyen", "tran", "pham", "hoang", "huynh", "dang", "bui", "ngo", "duong", "trinh", "truong", "dinh", "phung"),
)
# Given names that after a title are hardly any other word; «chị làm», «anh em», «chú ý» are none.
GIVEN_NAMES = (
    *("lan", "hoa", "huệ", "cúc", "hương", "hằng", "hạnh", "nga", "thảo", "trang", "linh", "nhung", "loan", "yến"),
    *("oanh", "phượng", "thúy", "thuý", "thủy", "thuỷ", "tuyết", "vân", "quỳnh", "ngân", "diệp", "hiền", "hà", "hải"),
    *("tuấn", "hùng", "dũng", "cường", "thắng", "minh", "nam", "sơn", "long", "khánh", "quân", "quang", "đức", "huy"),
    *("phúc", "thành", "trung", "hưng", "kiên", "tùng", "tú", "việt", "vinh", "tiến", "toàn", "bình", "châu", "liên"),
    *("liễu", "nguyệt", "thanh", "thu", "tâm", "xuân", "dung", "hoàn", "hòa", "hoà", "mạnh", "thịnh", "đạt", "khoa"),
)
# Written with a capital and no name of a person.
NO_NAMES = (
    *(
        "ông",
        "bà",
        "anh",
        "chị",
        "em",
        "cô",
        "chú",
        "bác",
        "thầy",
        "cậu",
        "đồng",
        "đ/c",
        "tôi",
        "chúng",
        "các",
        "những",
    ),
    *("ủy", "uỷ", "ubnd", "hđnd", "công", "phòng", "sở", "bộ", "ban", "trung", "huyện", "tỉnh", "thị", "xã", "phường"),
    *(
        "thôn",
        "khu",
        "trường",
        "bệnh",
        "trạm",
        "viện",
        "nhà",
        "đảng",
        "nên",
        "đề",
        "mong",
        "cần",
        "không",
        "rất",
        "cảm",
    ),
    *("cảm", "xin", "bảng", "giấy", "hồ", "dịch", "một", "cửa", "qr", "vneid", "bhyt", "bhxh", "uy"),
)
# Streets, places and schools bear names of people.
PLACES = (
    *("đường", "phố", "ngõ", "thành phố", "tp", "tp.", "thị xã", "phường", "xã", "thôn", "khu", "khu phố", "trường"),
    *(
        "thpt",
        "thcs",
        "tiểu học",
        "mầm non",
        "huyện",
        "tỉnh",
        "quận",
        "làng",
        "chợ",
        "cầu",
        "công viên",
        "quảng trường",
    ),
    *("bệnh viện", "duong", "pho", "truong", "phuong", "thon"),
)
