"""Chinese words of music, mood and listening, as English writes about songs.

CC-CEDICT explains words ("治愈: to cure"); listeners mean something else by them. These
entries win over the dictionary. Moods, scenes and genres of the closed vocabularies are
added to them, so that a query and a track's tags meet.
"""

from __future__ import annotations

from schemas.vocabulary import MOODS, SCENES

_MOODS = {
    "治愈系": "healing soothing", "疗愈": "healing soothing", "抚慰": "comforting", "解压": "relaxing stress relief",
    "emo": "sad down", "丧": "gloomy down", "致郁": "depressing", "催泪": "tearful sad", "泪目": "tearful moving",
    "虐心": "heartbreaking", "扎心": "heartbreaking", "伤心": "heartbroken sad", "难过": "sad",
    "悲伤": "sorrowful sad", "心碎": "heartbroken", "失恋": "heartbreak breakup", "分手": "breakup",
    "暗恋": "secret crush unrequited love", "思念": "missing someone longing", "想念": "missing someone longing",
    "遗憾": "regret", "释怀": "letting go", "甜": "sweet", "甜蜜": "sweet romantic", "撒糖": "sweet romantic",
    "心动": "falling in love heartbeat", "燃": "rousing epic", "超燃": "rousing epic", "高燃": "rousing epic",
    "炸裂": "explosive energetic", "带感": "groovy catchy", "洗脑": "catchy earworm", "上头": "addictive catchy",
    "魔性": "catchy quirky", "嗨": "party high energy", "蹦迪": "club dancing party", "热闹": "lively bustling",
    "欢快": "cheerful upbeat", "轻快": "light cheerful upbeat", "开心": "happy", "兴奋": "excited energetic",
    "活力": "lively energy", "励志": "inspiring", "正能量": "positive uplifting", "青春": "youth",
    "毕业": "graduation farewell", "慵懒": "lazy laid-back", "微醺": "tipsy mellow", "氛围感": "atmospheric",
    "氛围": "atmospheric", "空灵": "ethereal", "唯美": "beautiful dreamy", "小清新": "fresh indie", "清新": "fresh",
    "文艺": "artsy indie", "孤单": "lonely", "寂寞": "lonely", "一个人": "alone", "迷茫": "lost confused",
    "压抑": "oppressive gloomy", "愤怒": "angry", "神秘": "mysterious", "诡谲": "eerie", "大气": "grand majestic",
    "悠扬": "melodious", "激昂": "stirring passionate", "深情": "deeply tender", "温暖": "warm",
    "舒缓": "soothing slow",
}  # fmt: skip

_GENRES = {
    "民谣": "folk", "古风": "ancient Chinese style", "国风": "Chinese traditional style",
    "中国风": "Chinese traditional style", "戏腔": "Chinese opera vocals", "说唱": "rap hip hop", "嘻哈": "hip hop",
    "摇滚": "rock", "朋克": "punk", "金属": "metal", "电子": "electronic", "电音": "electronic dance",
    "舞曲": "dance", "爵士": "jazz", "蓝调": "blues", "布鲁斯": "blues", "节奏布鲁斯": "rhythm and blues",
    "灵魂乐": "soul", "乡村": "country", "古典": "classical", "轻音乐": "light instrumental",
    "纯音乐": "instrumental", "钢琴曲": "piano music", "流行": "pop", "华语": "Mandarin Chinese", "粤语": "Cantonese",
    "欧美": "western English", "日语": "Japanese", "韩语": "Korean", "民乐": "Chinese folk instruments",
    "抒情": "ballad tender", "情歌": "love song", "老歌": "oldies", "经典": "classic", "影视原声": "soundtrack",
    "原声": "soundtrack", "城市流行": "city pop", "圆舞曲": "waltz", "华尔兹": "waltz", "环境音乐": "ambient",
    "氛围音乐": "ambient", "白噪音": "white noise", "二次元": "anime", "日漫": "anime", "动漫": "anime",
    "游戏": "game", "网络歌曲": "internet hit", "翻唱": "cover", "现场": "live", "不插电": "acoustic unplugged",
    "弹唱": "singing with guitar", "合唱": "choir",
}  # fmt: skip

_LISTENING = {
    "歌": "song", "歌曲": "song", "歌单": "playlist", "曲子": "tune", "曲": "tune", "音乐": "music", "旋律": "melody",
    "节奏": "rhythm", "歌词": "lyrics", "前奏": "intro", "间奏": "interlude", "副歌": "chorus", "嗓音": "voice",
    "女声": "female voice", "男声": "male voice", "烟嗓": "husky voice", "高音": "high notes", "吉他": "guitar",
    "钢琴": "piano", "古筝": "guzheng zither", "二胡": "erhu fiddle", "笛子": "bamboo flute", "箫": "xiao flute",
    "琵琶": "pipa lute", "鼓": "drums", "贝斯": "bass", "萨克斯": "saxophone", "小提琴": "violin", "大提琴": "cello",
    "单曲循环": "on repeat", "循环": "on repeat", "开车": "driving", "驾车": "driving", "车载": "in the car driving",
    "高速": "highway", "自驾": "road trip driving", "旅行": "travel", "旅途": "journey travel", "深夜": "late night",
    "夜晚": "night", "半夜": "midnight", "午夜": "midnight", "失眠": "insomnia", "睡觉": "sleep", "助眠": "sleep aid",
    "入睡": "falling asleep", "睡前": "before sleep", "哄睡": "lullaby", "清晨": "morning", "早晨": "morning",
    "早安": "good morning", "起床": "waking up", "午后": "afternoon", "下午茶": "afternoon tea", "黄昏": "dusk",
    "学习": "study", "自习": "study", "考研": "study for exams", "看书": "reading", "阅读": "reading", "工作": "work",
    "加班": "working overtime", "专注": "focus", "背景音乐": "background music", "跑步": "running workout",
    "运动": "workout", "健身": "gym workout", "撸铁": "gym workout", "瑜伽": "yoga", "冥想": "meditation",
    "散步": "walk", "通勤": "commute", "地铁": "subway commute", "上班路上": "commute to work", "咖啡": "coffee",
    "咖啡馆": "café", "派对": "party", "聚会": "party", "酒吧": "bar", "下雨": "rain", "下雨天": "rainy day",
    "雨天": "rainy day", "雨夜": "rainy night", "下雪": "snow", "雪天": "snowy day", "夏天": "summer",
    "夏日": "summer", "海边": "seaside", "烟花": "fireworks", "圣诞": "Christmas", "新年": "new year",
    "春节": "Spring Festival Chinese New Year", "中秋": "Mid-Autumn Festival moon", "婚礼": "wedding",
    "小时候": "childhood", "童年": "childhood", "回忆": "memories", "故乡": "hometown",
    "江南": "south of the river Jiangnan", "江湖": "wuxia rivers and lakes", "武侠": "wuxia martial arts",
    "侠客": "swordsman", "红尘": "mortal world", "月光": "moonlight", "星空": "starry sky", "远方": "far away",
    "晚风": "evening breeze", "适合": "for", "好听": "nice", "听": "listen", "想哭": "want to cry",
    "想你": "missing you longing", "吵": "noisy", "吵闹": "noisy", "没有": "without", "不要": "not",
}  # fmt: skip

GLOSSARY: dict[str, str] = {
    **dict(SCENES.values()),
    **{m.zh: m.en for m in MOODS},
    **_MOODS,
    **_GENRES,
    **_LISTENING,
    "治愈": "healing soothing",
}
