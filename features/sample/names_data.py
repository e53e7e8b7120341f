"""Invented names of artists, labels and people behind the songs. None is taken from a real person."""

from __future__ import annotations

ARTISTS_ZH: tuple[str, ...] = (
    "陆青屿", "纸船计划", "南枝以北", "沈鹿溪", "第七盏灯", "白昼邮差", "顾晚潮", "云层便利店", "许砚秋", "橘子信号",
    "霜降乐队", "宋知野", "荒原电台", "苏未眠", "二十四桥", "温迟", "海盐气象站", "程一渡", "回声收集者", "叶栖舟",
    "半夏剧场", "林见山", "慢火车乐队", "秦拂衣", "月台三号", "唐小满", "旧书店的猫", "方予安", "萤火研究所", "江听雪",
    "逆光骑士团", "周拾星", "木棉渡口", "何以渡", "夜航班", "乔木与鹿", "薄荷天线", "裴长夏", "城南旧巷", "黎明备忘录",
)  # fmt: skip
ARTISTS_EN: tuple[str, ...] = (
    "Harbor Telegraph", "Mina Calloway", "The Paper Lanterns", "June Ashdown", "Velvet Orchard", "Otis Fairweather",
    "Northline", "Clara Penrose", "The Slow Comets", "Elias Wren", "Neon Pasture", "Ivy Marlowe", "Static Garden",
    "Theo Lindqvist", "Saltwater Parade", "Nora Whitlock", "The Quiet Engines", "Felix Arden", "Copper Moon Club",
    "Hazel Okafor", "Glass Meridian", "Silas Brook", "Tangerine Atlas", "Wilder & Vane", "Lena Hartwell",
    "Midnight Allotment", "Rowan Sato", "The Borrowed Hours", "Ada Quill", "Polar Lights Union", "Jonah Reyes-Holt",
    "Satellite Bakery", "Maeve Tolliver", "Low Tide Theatre", "Caspian Fry", "Juniper Lane Trio", "Iris Novak",
    "The Umbrella Makers", "Desmond Vale", "Cloud Nine Motel",
)  # fmt: skip
LABELS: tuple[str, ...] = (
    "北岸唱片", "Paper Boat Records", "长风音乐", "Tidewater Sound", "白噪音厂牌", "Lantern Hill", "月见草音乐",
    "Second Floor Music", "山谷回声", "Kite & Co.",
)  # fmt: skip
PRODUCERS: tuple[str, ...] = (
    "韩牧之", "Dana Okonjo", "赵一帆舟", "Leo Brandt", "孟小渔", "Priya Lasko", "罗既白", "Tomas Eklund", "尹听澜",
    "Grace Abara", "石远山", "Vic Morrow", "郁南星", "Hana Ito-Blake", "简行川", "Joel Castellan",
)  # fmt: skip
COMPOSERS: tuple[str, ...] = (
    "陈渡川", "Rhea Solberg", "梁夜白", "Abel Nwosu", "文静桐", "Corin Hale", "严小寒", "Mirela Dunn", "祝东篱",
    "Piers Aldous", "冯阿沅", "Sunniva Roe", "戴星河", "Kofi Lane", "邵清嘉", "Odette Marsh", "尤鹿鸣", "Bram Keller",
    "姚望舒", "Tessa Quinn-Li",
)  # fmt: skip
LYRICISTS_ZH: tuple[str, ...] = (
    "葛小满", "颜如故", "宁远书", "卓一诺言", "柏舟子", "俞晚晴", "伍知秋", "骆拾光", "阮青瓷", "蒋未央",
)  # fmt: skip
LYRICISTS_EN: tuple[str, ...] = (
    "Wren Halloway", "Sol Pettibone", "Amara Finch", "Dylan Crewe", "Bea Thornbury", "Ezra Lindgren", "Kit Osei",
    "Marlow Grey", "Pia Vance", "Rufus Bell",
)  # fmt: skip
