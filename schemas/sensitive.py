"""Attributes daily30 neither receives, stores nor infers (DESIGN 5), by the names their columns bear.

Gender, age, ethnicity, religion, region of origin, health, occupation, politics and sexual life,
under English, Chinese and pinyin names, in any case and joining: ``Gender_ID``, ``userAge``, ``dob``,
``出生年份``, ``profile.xingbie``.
"""

from __future__ import annotations

import re
import unicodedata

_WORDS = frozenset(
    (
        *("gender", "sex", "sexes", "pronoun", "pronouns", "male", "female", "maiden"),
        *("age", "ages", "dob", "yob", "birth", "birthday", "birthdate", "birthyear", "bday", "born", "zodiac"),
        *("ethnicity", "ethnic", "ethnie", "race", "racial", "tribe", "caste", "skin", "nationality", "hometown"),
        *("birthplace", "immigrant", "religion", "religious", "faith", "church", "creed", "denomination"),
        *("health", "disease", "illness", "diagnosis", "disability", "disabled", "medical", "medication", "pregnant"),
        *("pregnancy", "bmi", "bodyweight", "allergy", "allergies"),
        *("occupation", "profession", "job", "career", "employer", "jobtitle", "salary", "income"),
        *("politics", "political", "politic", "party", "vote", "voter", "ideology"),
        *("sexuality", "orientation", "lgbt", "lgbtq", "marital", "married", "spouse"),
        *("xingbie", "nianling", "shengri", "chusheng", "minzu", "zhongzu", "zongjiao", "xinyang", "jiguan"),
        *("jiankang", "jibing", "zhiye", "gongzuo", "zhengzhi", "dangpai", "hunyin"),
    )
)
# Written together without a seam: "usergender", "genderid", "yearofbirth".
_JOINED = re.compile(
    r"gender|^(?:user|member|customer|listener|my)?sex(?:id|code|type)?$|birth(?:day|date|year|place)|"
    r"(?:date|year|place)of(?:birth|origin)|"
    r"^(?:user|member|customer|listener)age$|^age(?:group|band|range|bracket|years)$|religion|ethnicity|occupation|"
    r"nationality|sexuality|politicalparty|maritalstatus"
)
_CHINESE = re.compile(
    "性别|性別|年龄|年齡|年纪|岁数|生日|出生|生辰|生肖|星座|民族|种族|種族|族裔|籍贯|籍貫|祖籍|户籍|戶籍|家乡|家鄉|老家|"
    "国籍|國籍|宗教|信仰|健康|疾病|病史|病历|残疾|殘疾|怀孕|孕期|身高|体重|職業|职业|工作单位|岗位|行业|收入|薪资|"
    "政治|政党|政黨|党派|黨派|性取向|性倾向|婚姻|婚否"
)
_SEAMS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^0-9A-Za-z]+|(?<=[A-Za-z])(?=\d)")


def is_sensitive(name: str) -> bool:
    """Whether a column's name speaks of gender, age, health, religion or the like."""
    plain = unicodedata.normalize("NFKC", name)
    words = [word.lower() for word in _SEAMS.split(plain) if word]
    joined = "".join(words)
    return bool(_WORDS.intersection(words) or _JOINED.search(joined) or _CHINESE.search(plain))
