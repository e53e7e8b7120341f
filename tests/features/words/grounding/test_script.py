"""Text in other characters than the word lists are written in is read all the same."""

from __future__ import annotations

import pytest

from features import chinese
from features.words.terms.lexicons import words
from features.words.terms.simplified import simplified

# Characters that the word lists hold in other forms, as they were once kept by hand, and what they stand for.
TRADITIONAL = (
    "丟亞佈來係個們倫偉傑備傢傳傷僅僑儁億優兒內兩凱別剋剛創劃劉動務勞勵厤厭員唸啞單嗶噹嚮嚴囌國圍圖報塊壇壓壯夢奧奪婦媽孃孫學寧寫寶專對屆層屬峯島崑崗嵗巔帥師帶幗幾廈廟廣張強彆彿從復徹悅愛態慮慶憂憤憶應懞懶"
    "懷戀戶捲採揚據敵數斷於昇時暢曆曉曏曠書會東棊業極榮樂樑樣樸樹機檯櫃歐歡歲歷殘殺殼氣減準溫滬滾滿漢潑濛濟濱瀋灣為烏無熱燈爲爺爾猶獎獨獲現瑪環產畢異當療癒癥發盃監眾矇碼磯祕禮禱種稱穀穎穫筆箇節籟紀約紅納紐"
    "級紮紳紹絕給統絲絶經綠綫維網綺緊緒線編緻縷繫纔罈羅羣習翫聖聞聲職聽聾腫膚膾臘臟臺與興舉舊舘艷茲莊華萊萬葯蓆蓮薩藍藝藥蘇蘋蘭處號蟄蟲衆衕衚衛裏裡製複視親計訊記許証評詞話誌誕語誠說説調請論諾謀謙證譜議護讀"
    "變讓豔貝貞貫貳貴買費賣質賴賽車軍輕輝輩輪輯轉農迴這連週運過達遜遞適選遺邁邊鄉鄧鄭醫銀銷錄錫錯錶鍾鏇鏡鐘長門閉開間閨閱闆關陞陣陰陳陸陽隊階隱雙離難雲霧靈靚靜鞦韆韓響頁頂項須預頓頗領頭題顏顔顧風颱颳飄餘館"
    "馬騰驚髒體髮鬆鬍鬚鬱魯鮮麗麥麪麯麵黃點黨黴鼕齊齋齡齣龍"
)
SIMPLIFIED = (
    "丢亚布来系个们伦伟杰备家传伤仅侨俊亿优儿内两凯别克刚创划刘动务劳励历厌员念哑单哔当向严苏国围图报块坛压壮梦奥夺妇妈娘孙学宁写宝专对届层属峰岛昆岗岁巅帅师带帼几厦庙广张强别佛从复彻悦爱态虑庆忧愤忆应蒙懒"
    "怀恋户卷采扬据敌数断于升时畅历晓向旷书会东棋业极荣乐梁样朴树机台柜欧欢岁历残杀壳气减准温沪滚满汉泼蒙济滨沈湾为乌无热灯为爷尔犹奖独获现玛环产毕异当疗愈症发杯监众蒙码矶秘礼祷种称谷颖获笔个节籁纪约红纳纽"
    "级扎绅绍绝给统丝绝经绿线维网绮紧绪线编致缕系才坛罗群习玩圣闻声职听聋肿肤脍腊脏台与兴举旧馆艳兹庄华莱万药席莲萨蓝艺药苏苹兰处号蛰虫众同胡卫里里制复视亲计讯记许证评词话志诞语诚说说调请论诺谋谦证谱议护读"
    "变让艳贝贞贯贰贵买费卖质赖赛车军轻辉辈轮辑转农回这连周运过达逊递适选遗迈边乡邓郑医银销录锡错表钟旋镜钟长门闭开间闺阅板关升阵阴陈陆阳队阶隐双离难云雾灵靓静秋千韩响页顶项须预顿颇领头题颜颜顾风台刮飘余馆"
    "马腾惊脏体发松胡须郁鲁鲜丽麦面曲面黄点党霉冬齐斋龄出龙"
)


def test_opencc_knows_every_character_that_was_kept_by_hand() -> None:
    found = {char: (chinese.simplified(char), plain) for char, plain in zip(TRADITIONAL, SIMPLIFIED, strict=True)}
    assert {char: pair for char, pair in found.items() if pair[0] != pair[1]} == {}


def test_variants_hold_what_opencc_leaves_and_nothing_else() -> None:
    rare, plain = words("variants")
    assert len(rare) == len(plain) == len(set(rare))
    for char, stands_for in zip(rare, plain, strict=True):
        assert chinese.simplified(char) != stands_for
        assert simplified(char) == stands_for == simplified(stands_for)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("皇后後來的頭髮發光", "皇后后来的头发发光"),
        ("瞭解瞭望", "了解瞭望"),
        ("妳聽見了嗎", "你听见了吗"),
        ("金 曲 獎", "金曲奖"),
        ("今天从安静的歌开始，慢慢听就好。", "今天从安静的歌开始，慢慢听就好。"),
        ("Slow Tide, 72 BPM", "Slow Tide, 72 BPM"),
    ],
)
def test_texts_are_read_in_simplified_characters(text: str, plain: str) -> None:
    assert simplified(text) == plain
