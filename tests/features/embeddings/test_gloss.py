"""Chinese into English words, with a dictionary of a few lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.embeddings.gloss import HAN, Glosser, clean_sense, parse_cedict
from features.embeddings.glossary import GLOSSARY

LINES = (
    "# CC-CEDICT",
    "月光 月光 [yue4 guang1] /moonlight/",
    "李 李 [Li3] /surname Li/",
    "李 李 [li3] /plum/",
    "聽 听 [ting1] /to listen/to hear/",
    "夢 梦 [meng4] /dream/CL:場|场[chang2]/",
    "后 后 [hou4] /empress/",
    "後 后 [hou4] /back/behind/",
    "乾 干 [gan1] /dry/",
    "乾 乾 [qian2] /one of the Eight Trigrams/male principle/",
    "周杰倫 周杰伦 [Zhou1 Jie2 lun2] /Jay Chou (1979-), Taiwanese pop star/",
    "倫 伦 [lun2] /human relationship/",
    "broken line",
)


def glosser(*words):
    """Cuts a run into these words, anything else character by character."""

    def segment(run):
        while run:
            word = next((w for w in words if run.startswith(w)), run[0])
            yield word
            run = run[len(word) :]

    return Glosser(parse_cedict(LINES), {"治愈": "healing"}, segment)


def test_words_become_their_first_real_sense():
    assert glosser("月光", "治愈")("治愈的月光") == "healing moonlight"
    assert glosser()("李") == "plum"
    assert glosser("周杰伦")("周杰倫") == "Jay Chou"


def test_traditional_characters_are_read_as_simplified():
    assert glosser()("聽夢") == "listen dream"
    lexicon = parse_cedict(LINES)
    assert lexicon.simplify("後") == "后"
    assert lexicon.simplify("乾坤乾杯") == "乾坤干杯"  # one character, two words


def test_other_scripts_stay_and_meet_no_chinese():
    assert glosser()("I hear  you") == "I hear  you"
    assert glosser("月光")("I love 月光 baby") == "I love moonlight baby"
    assert glosser()("Ça va, こんにちは") == "Ça va, こんにちは"


def test_an_unknown_word_is_cut_into_known_ones():
    assert glosser("月光梦")("月光梦") == "moonlight dream"
    assert glosser("甲乙")("甲乙") == ""


@pytest.mark.parametrize(
    ("sense", "words"),
    [
        ("to be fond of", "fond of"),
        ("to cure", "cure"),
        ("surname Li", ""),
        ("old variant of 愈", ""),
        ("CL:首[shou3]", ""),
        ("(archaic)", ""),
        ("see 的士[di1 shi4]", ""),
        ("seesaw", "seesaw"),
        ("(music) rapping", "rapping"),
        ("one two three four five six", "one two three four five"),
        ("the moon; lunar", "moon"),
        ("classifier for songs", ""),
    ],
)
def test_senses_are_cleaned(sense, words):
    assert clean_sense(sense) == words


@given(st.text(max_size=40))
def test_no_chinese_is_left_and_nothing_breaks(text):
    assert not HAN.search(glosser("月光")(text))


def test_the_glossary_speaks_english_of_chinese_words():
    assert all(HAN.fullmatch(zh) or zh == "emo" for zh in GLOSSARY)
    assert all(en.strip() and not HAN.search(en) for en in GLOSSARY.values())
