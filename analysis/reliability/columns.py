"""What the columns of reliability.csv and dif.csv mean, with their units; context.json carries it into the release."""

from collections.abc import Mapping

Meaning = Mapping[str, str]

READING: Meaning = {
    "vi": "Chất lượng của bộ câu hỏi, tính riêng cho từng đợt và từng chuỗi trả lời; không thay đổi chỉ số. Alpha, "
    "omega và tương quan mục – phần còn lại tính trên người trả lời đủ các mục của yếu tố, theo trọng số. Sai số chuẩn "
    "tính theo thiết kế mẫu. Khác biệt giữa hình thức thu thập hoặc ngôn ngữ: so sánh những người hài lòng như nhau.",
    "en": "Quality of the instrument, for every wave and series by itself; it changes no index. Alpha, omega and "
    "item–rest correlations are of respondents who answered all items of the factor, weighted. Standard errors follow "
    "the sampling design. Differences between modes or languages are among people who are equally satisfied.",
}
_ROW: Mapping[str, Meaning] = {
    "wave": {"vi": "đợt khảo sát", "en": "wave"},
    "series": {"vi": "chuỗi trả lời: probability (mẫu xác suất), open (tự nguyện)", "en": "probability or open"},
}
_FACTOR: Meaning = {"vi": "mã yếu tố", "en": "code of the factor"}
_FAULT: Meaning = {"vi": "lý do không tính được", "en": "why there is no value"}
_SE: Meaning = {"vi": "sai số chuẩn của cột trước, cùng đơn vị", "en": "standard error of the column before, same unit"}

RELIABILITY: Mapping[str, Meaning] = {
    **_ROW,
    "level": {"vi": "factor (yếu tố) hoặc item (mục)", "en": "factor or item"},
    "factor": _FACTOR,
    "code": {"vi": "mã yếu tố hoặc mã mục", "en": "code of the factor or item"},
    "n": {"vi": "số người trả lời được tính", "en": "respondents: of a factor, those who answered all its items"},
    "alpha": {"vi": "alpha của Cronbach, tối đa 1", "en": "Cronbach's alpha, at most 1"},
    "alpha_standardised": {"vi": "alpha của các mục chuẩn hóa", "en": "alpha of standardised items, at most 1"},
    "omega": {"vi": "omega của McDonald, một nhân tố, 0–1", "en": "McDonald's omega of one factor, 0–1"},
    "item_rest": {
        "vi": "tương quan của mục với tổng các mục còn lại, −1 đến 1",
        "en": "correlation of the item with the sum of the others, −1 to 1",
    },
    "alpha_if_dropped": {"vi": "alpha khi bỏ mục này", "en": "alpha of the factor without the item"},
    "asked": {"vi": "số người được hỏi", "en": "respondents asked"},
    "answered": {"vi": "số người đã chấm điểm", "en": "respondents who rated the item"},
    "no_answer": {"vi": "không trả lời, % số người được hỏi", "en": "no answer, percent of those asked"},
    "no_answer_se": _SE,
    "not_used": {"vi": "không sử dụng, % số người được hỏi", "en": "not used, percent of those asked"},
    "not_used_se": _SE,
    "ceiling": {"vi": "chọn mức cao nhất, % số người chấm điểm", "en": "highest level, percent of those who rated"},
    "ceiling_se": _SE,
    "floor": {"vi": "chọn mức thấp nhất, % số người chấm điểm", "en": "lowest level, percent of those who rated"},
    "floor_se": _SE,
    "mean": {"vi": "điểm trung bình, 1–5", "en": "mean level, 1–5"},
    "mean_se": _SE,
    "fault": _FAULT,
}
DIF: Mapping[str, Meaning] = {
    **_ROW,
    "by": {
        "vi": "so sánh theo: mode (hình thức), language (ngôn ngữ)",
        "en": "groups are of this column: mode, language",
    },
    "factor": _FACTOR,
    "item": {"vi": "mã mục", "en": "code of the item"},
    "reference": {"vi": "nhóm lớn nhất, làm mốc so sánh", "en": "the largest group, which others are compared with"},
    "group": {"vi": "nhóm được so sánh", "en": "the group compared"},
    "left_out": {"vi": "nhóm quá nhỏ, không so sánh", "en": "groups too small to compare"},
    "n": {"vi": "số người trả lời trong mô hình", "en": "respondents in the model"},
    "p": {"vi": "giá trị p: mọi khác biệt, mọi nhóm", "en": "p of any difference, all groups at once, 0–1"},
    "p_uniform": {"vi": "giá trị p: khác biệt đều", "en": "p of a difference that is the same at every satisfaction"},
    "p_nonuniform": {"vi": "giá trị p: khác biệt không đều", "en": "p of a difference that changes with satisfaction"},
    "p_adjusted": {"vi": "p hiệu chỉnh theo Benjamini–Hochberg", "en": "p over the factor's items, Benjamini–Hochberg"},
    "effect": {"vi": "phần R² Nagelkerke tăng thêm, 0–1", "en": "gain in Nagelkerke's R² by the group, 0–1"},
    "size": {"vi": "mức khác biệt", "en": "negligible, moderate or large"},
    "log_odds": {
        "vi": "log tỷ số chênh của câu trả lời cao hơn so với nhóm mốc",
        "en": "log odds of a higher answer against the reference, at equal satisfaction",
    },
    "fault": _FAULT,
}
