"""What the columns of drivers.csv mean, with their units; context.json carries it into the release."""

from collections.abc import Mapping

Meaning = Mapping[str, str]

READING: Meaning = {
    "vi": "Yếu tố và mục nào đi cùng mức hài lòng của từng người trả lời, tính riêng cho từng đợt và từng chuỗi trả "
    "lời. Chỉ số của một người là trung bình các tiêu chí người đó đã chấm (O_crit) hoặc trung bình các yếu tố "
    "(O_fac); vì chỉ số gồm chính các yếu tố này, tầm quan trọng cho biết người trả lời khác nhau ở đâu. Đây là mối "
    "liên hệ, không phải cam kết về kết quả. Thứ hạng bất định được tính bằng bootstrap theo đơn vị mẫu cấp một.",
    "en": "Which factors and items go with each respondent's own satisfaction, for every wave and series by itself. A "
    "respondent's index is the mean of the criteria that the respondent rated (O_crit) or of the factors (O_fac); as "
    "the index is made of these, importance says where respondents differ. It is association, not a promise. How sure "
    "a rank is comes from a bootstrap of PSUs (rank_1, rank_2 …).",
}
_SE: Meaning = {"vi": "sai số chuẩn, điểm phần trăm", "en": "standard error, percentage points"}
_LOW: Meaning = {"vi": "giới hạn dưới 95 % của cột trước", "en": "lower 95 % limit, unit of the column before"}
_HIGH: Meaning = {"vi": "giới hạn trên 95 %", "en": "upper 95 % limit, same unit"}

COLUMNS: Mapping[str, Meaning] = {
    "wave": {"vi": "đợt khảo sát", "en": "wave"},
    "series": {"vi": "chuỗi trả lời: probability (mẫu xác suất), open (tự nguyện)", "en": "probability or open"},
    "level": {
        "vi": "factor (yếu tố) hoặc item (mục, so sánh trong cùng yếu tố)",
        "en": "factor or item; items are compared within their factor",
    },
    "factor": {"vi": "mã yếu tố", "en": "code of the factor"},
    "code": {"vi": "mã yếu tố hoặc mã mục", "en": "code of the factor or item"},
    "outcome": {"vi": "cách tính chỉ số của từng người", "en": "how the respondent's own index is computed"},
    "method": {"vi": "lmg (Shapley) hoặc johnson", "en": "lmg (Shapley over all orders) or johnson (relative weights)"},
    "n": {
        "vi": "số người có đủ các yếu tố, hoặc đủ các mục của yếu tố",
        "en": "respondents who have all that is compared",
    },
    "r_squared": {"vi": "phần phương sai của chỉ số được giải thích, 0–1", "en": "part of the index's variance, 0–1"},
    "rank": {"vi": "thứ hạng, 1 là quan trọng nhất", "en": "rank, 1 the most important"},
    "importance": {"vi": "phần của R², 0–1", "en": "the driver's part of R², 0–1"},
    "importance_low": _LOW,
    "importance_high": _HIGH,
    "importance_share": {"vi": "phần của R², %", "en": "the driver's part of R², percent of it"},
    "correlation": {"vi": "tương quan với chỉ số, −1 đến 1", "en": "correlation with the index, −1 to 1"},
    "inflation": {"vi": "hệ số phóng đại phương sai (VIF), từ 1", "en": "variance inflation factor, 1 or more"},
    "condition": {
        "vi": "chỉ số điều kiện; trên 30 là đáng ngại",
        "en": "condition of all together; above 30 is harmful",
    },
    "performance": {
        "vi": "tỷ lệ hài lòng, % (những người tính ở n)",
        "en": "satisfied answers, percent (of those in n)",
    },
    "performance_se": _SE,
    "quadrant": {
        "vi": "vị trí so với trung bình của tầm quan trọng và tỷ lệ hài lòng",
        "en": "by the means of importance and performance: keep, improve first, possible overkill, low priority",
    },
    "gain": {
        "vi": "số điểm chỉ số tăng thêm khi yếu tố hoặc mục này tăng 10 điểm, phần còn lại thay đổi theo",
        "en": "points of the index when it rises ten points and the others move along as they do between respondents",
    },
    "gain_low": _LOW,
    "gain_high": _HIGH,
    "gain_n": {"vi": "số người có yếu tố hoặc mục này", "en": "respondents who have this factor or item"},
    "gain_alone": {
        "vi": "như gain, khi các yếu tố (hoặc các mục cùng yếu tố) còn lại giữ nguyên",
        "en": "as gain, while the other factors, or the other items of the factor, stay as they are",
    },
    "gain_alone_low": _LOW,
    "gain_alone_high": _HIGH,
    "replicates": {"vi": "số lần lặp bootstrap", "en": "replicates of the bootstrap"},
    "rank_1": {
        "vi": "rank_k: khả năng đứng thứ k, % số lần lặp",
        "en": "rank_k: chance of being the k-th most important, percent of the replicates",
    },
}
