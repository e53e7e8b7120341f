"""Names of columns that nobody may send, and names that only look like them."""

from __future__ import annotations

import pytest

from schemas import TABLES
from schemas.delivery import LANDING
from schemas.sensitive import is_sensitive

REFUSED = (
    "gender|Gender_ID|userGender|GENDER|usergender|sex|Sex|user_sex|sexId|ｇｅｎｄｅｒ|age|Age|userAge|age_group|ageRange|AGE2|dob|DOB|"
    "user_dob|birth_year|birthYear|BirthYear|yearOfBirth|date_of_birth|dateofbirth|birthday|bday|born_on|religion|religious_view|"
    "faith|ethnicity|ethnic_group|race|nationality|hometown|placeOfBirth|health|healthStatus|disability|medical_notes|pregnant|"
    "occupation|job|jobTitle|profession|employer|politics|political_party|party|vote_2024|sexual_orientation|orientation|"
    "maritalStatus|profile.gender|profile/age|extra[sex]|user-sex|性别|用户性别|性別|年龄|年齡|出生年份|出生日期|生日|民族|种族|籍贯|户籍|"
    "宗教|宗教信仰|信仰|职业|職業|健康状况|疾病|残疾|政治面貌|党派|性取向|婚姻状况|xingbie|nianling|min_zu_minzu|zongjiao|zhiye"
)
LAWFUL = (
    "user_id|created_on|language|timezone|city|country|personalised|explicit_ok|page|image|message|average|stage|usage|package|"
    "agent|essex|sussex|sextet|agency|engagement|title|genre|duration_s|jobless_genre|raceway|traced|partying|"
    "评分|歌名|语言|城市|时区|健身歌单"
)


@pytest.mark.parametrize("name", REFUSED.split("|"))
def test_sensitive_names_are_known_under_any_spelling(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize("name", LAWFUL.split("|"))
def test_names_that_only_contain_the_letters_pass(name: str) -> None:
    assert not is_sensitive(name)


def test_no_table_of_ours_declares_one() -> None:
    columns = {c.name for table in (*TABLES.values(), *LANDING.values()) for c in table.columns}
    assert [name for name in sorted(columns) if is_sensitive(name)] == []
