"""Chinese queries and lines with a right partner and wrong ones, written by hand for these tests.

Half have English partners (tags, descriptions), half Chinese ones (lyric-like lines).
"""

# (Chinese text, right partner, wrong partners)
CHINESE_PAIRS: tuple[tuple[str, str, tuple[str, str, str]], ...] = (
    (
        "下雨天一个人听的伤感情歌",
        "sad love song for a rainy day alone",
        ("energetic workout rock", "happy summer party dance", "epic battle soundtrack"),
    ),
    (
        "适合开车的动感音乐",
        "energetic driving music",
        ("lullaby before sleep", "sad piano ballad", "quiet meditation ambient"),
    ),
    (
        "睡前放松的钢琴曲",
        "relaxing piano before sleep",
        ("fierce metal guitar", "club dance party", "rousing war march"),
    ),
    (
        "健身房里燃起来的说唱",
        "rousing rap for a gym workout",
        ("tender folk lullaby", "church choir hymn", "slow jazz at a café"),
    ),
    (
        "古风江湖侠客",
        "ancient Chinese style wuxia swordsman",
        ("electronic club house", "country road truck", "surf rock at the beach"),
    ),
    (
        "失恋后想哭的歌",
        "heartbreak songs to cry to",
        ("songs for a birthday party", "running playlist", "morning coffee jazz"),
    ),
    ("咖啡馆里的爵士乐", "jazz in a café", ("metal concert", "children's nursery rhyme", "military march")),
    (
        "清晨的鸟叫和阳光",
        "birds and sunlight in the morning",
        ("a dark night of war", "city traffic at rush hour", "a broken heart in winter"),
    ),
    ("海边的夏日假期", "summer holiday at the seaside", ("snow on a mountain", "exam study at night", "funeral march")),
    (
        "深夜失眠的孤独",
        "lonely insomnia late at night",
        ("cheerful wedding dance", "sunny picnic", "football stadium anthem"),
    ),
    (
        "考研学习专注背景音乐",
        "background music to focus and study",
        ("drunken party song", "angry punk", "romantic wedding waltz"),
    ),
    ("圣诞节的雪花", "snowflakes at Christmas", ("summer beach", "desert highway", "spring flowers")),
    ("甜甜的恋爱心动", "sweet romance falling in love", ("death and war", "office work", "horror film")),
    (
        "毕业那年的青春回忆",
        "memories of youth and graduation",
        ("a lullaby for a baby", "tropical house", "monster battle"),
    ),
    (
        "想念故乡的母亲",
        "missing mother and hometown",
        ("nightclub dancing", "racing cars", "falling in love at first sight"),
    ),
    ("轻快的吉他民谣", "light cheerful acoustic guitar folk", ("dark techno", "symphonic death metal", "opera aria")),
    (
        "史诗级恢弘的战争配乐",
        "epic majestic war soundtrack",
        ("soft bossa nova", "sleepy lo-fi beats", "children's choir"),
    ),
    (
        "月亮照着我的窗",
        "moonlight on my window",
        ("fire in the kitchen", "a train full of soldiers", "money and fast cars"),
    ),
    (
        "古筝和笛子的民乐",
        "guzheng and bamboo flute music",
        ("electric guitar solo", "drum machine techno", "jazz saxophone"),
    ),
    (
        "派对上蹦迪的电子舞曲",
        "electronic dance music for a club party",
        ("quiet piano for sleep", "sad country ballad", "monk chanting"),
    ),
    (
        "今夜月光很亮，我又想起你",
        "月亮升起来，我在思念远方的人",
        ("冰箱里没有鸡蛋了", "他们在工厂里上班", "股票又跌了"),
    ),
    ("雨一直下，气氛不算融洽", "窗外下着雨，我们都不说话", ("太阳照在沙滩上", "足球比赛赢了", "早餐吃面包")),
    ("我们一起跳舞到天亮", "今晚派对不停，跟着节奏摇摆", ("他在医院里去世", "秋天的落叶满地", "安静的图书馆")),
    ("妈妈做的饭最香", "小时候家里厨房的味道", ("公路上的摩托车", "将军带兵出征", "太空中的星球")),
    ("大江东去，浪淘尽英雄", "古代英雄在江边打仗", ("咖啡店的下午", "手机没有电了", "小猫在睡觉")),
    ("奔跑吧，不要怕失败", "勇敢追逐梦想，永不放弃", ("今天的晚饭很咸", "下雪的小镇很安静", "他忘了带雨伞")),
    ("你走以后，房间空了", "分手之后，我独自在家里很寂寞", ("我们去动物园玩", "新年快乐，恭喜发财", "火车准时到站")),
    ("风吹麦浪，金色的秋天", "秋天的田野，稻子成熟了", ("地铁里很挤", "夜店的灯光", "海底的鱼")),
    ("星星在天上眨眼睛", "夜空里有许多闪亮的星", ("办公室开会", "马路上堵车", "喝醉的人打架")),
    ("开着车一路向南", "自驾在公路上旅行", ("在床上睡懒觉", "坐在教室里考试", "寺庙里念经")),
    ("宝贝快睡吧", "妈妈唱摇篮曲哄孩子入睡", ("士兵冲锋陷阵", "老板发了工资", "摇滚乐队演出")),
    ("喝醉了才敢说爱你", "酒后向喜欢的人表白", ("清晨去跑步", "老师讲数学课", "雪山很高")),
    ("梦里花落知多少", "花瓣落下，像一场梦", ("卡车运送钢铁", "电脑坏了", "球迷在欢呼")),
    ("离别的车站，你挥着手", "在火车站送别，我们说再见", ("夏天吃西瓜", "公园里下棋", "国王的城堡")),
    ("愿你一生平安幸福", "祝福你健康快乐", ("黑暗中的怪物", "战争毁了城市", "我恨你的谎言")),
    ("老朋友再聚首，举杯到天明", "和多年的朋友喝酒聊天", ("一个人在沙漠里", "机器在运转", "猫抓老鼠")),
)
