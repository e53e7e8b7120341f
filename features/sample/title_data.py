"""Word banks for titles, by language; ``instrumental`` titles may be either."""

from __future__ import annotations

ZH_TIME: tuple[str, ...] = (
    "凌晨三点的", "昨夜的", "九月的", "雨后的", "十七岁的", "黄昏的", "打烊以后的", "秋天的", "初雪的", "清晨六点的",
    "下班后的", "旧年的", "霜降的", "没有你的", "故乡的", "南方的",
)  # fmt: skip
ZH_THING: tuple[str, ...] = (
    "雨", "站台", "月亮", "风", "信", "灯火", "海岸线", "公路", "窗", "渡口", "便利店", "天台", "邮局", "蝉鸣",
    "雪", "河流", "自行车", "海", "星群", "山谷",
)  # fmt: skip
ZH_VERB: tuple[str, ...] = (
    "写给", "路过", "想念", "等一场", "借一盏", "目送", "收集", "偷听", "追赶", "拥抱", "忘记", "送别", "寄往", "误入",
)  # fmt: skip
ZH_OLD: tuple[str, ...] = (
    "青石", "烟雨", "长亭", "孤鸿", "折柳", "听雪", "扶桑", "寒江", "落梅", "空山", "云水", "照影", "渔舟", "秋水",
    "松风", "画舫",
)  # fmt: skip
ZH_OLD_TAIL: tuple[str, ...] = ("引", "谣", "辞", "令", "渡", "吟", "调", "归", "行", "曲")
EN_ADJ: tuple[str, ...] = (
    "Paper", "Borrowed", "Silver", "Slow", "Midnight", "Golden", "Hollow", "Wild", "Quiet", "Neon", "Crooked",
    "Summer", "Winter", "Distant", "Velvet", "Electric", "Salted", "Second-Hand",
)  # fmt: skip
EN_NOUN: tuple[str, ...] = (
    "Harbour", "Umbrella", "Window", "Satellite", "Orchard", "Highway", "Letter", "Lantern", "River", "Postcard",
    "Carousel", "Rain", "Horizon", "Engine", "Skyline", "Garden", "Tide", "Matchbox", "Comet", "Staircase",
)  # fmt: skip
EN_PHRASE: tuple[str, ...] = (
    "Until the {n} Sleeps", "Meet Me by the {n}", "Letters to a {n}", "All the Way to the {n}", "Leave the {n} On",
    "Nobody Owns the {n}", "Half a {n}", "Back Before the {n}", "What the {n} Said", "My Favourite {n}",
)  # fmt: skip
SUITE: tuple[str, ...] = ("Étude", "Nocturne", "Sketch", "Prelude", "Interlude", "Reverie", "Drift", "Study")
