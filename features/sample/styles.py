"""The styles the sample's composer knows: tempo, harmony, instruments and groove of each.

Patterns are written as on a drum machine, one character per sixteenth note of a bar: ``X`` accented,
``x`` plain, ``.`` rest, and in bass lines a chord tone (``1`` root, ``5`` fifth, ``8`` octave, ``w`` a
step towards the next root). Comping is either such a rhythm of block chords or an arpeggio, one digit
per eighth note (0 = lowest voice). Programs are General MIDI, counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Groove:
    """Drum patterns of one bar, one string per drum, sixteenth steps."""

    kick: str = ""
    snare: str = ""
    hat: str = ""
    ride: str = ""
    stick: str = ""
    shaker: str = ""
    clap: str = ""
    tom: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How songs of one style are made.

    Args:
        id: stable genre id, as the catalogue names it.
        tempo_bpm: lowest and highest tempo.
        metre: beats in a bar (4 or 3), a beat being a quarter note.
        valence: mean and spread of the intended valence.
        arousal: mean and spread of the intended arousal.
        loudness_lufs: integrated loudness of its calmest and most aroused songs.
        languages: shares of Chinese, English and instrumental songs.
        major: progressions in major, Roman numerals, one chord per bar.
        minor: progressions in minor.
        leads: programs that may carry the melody.
        comps: (program, pattern) pairs that may carry the harmony.
        pads: programs that may sustain chords; empty = none.
        basses: programs of the bass; empty = none.
        bass_lines: sixteenth patterns of the bass.
        grooves: drum patterns; empty = none.
        swing: delay of every second eighth, as a share of an eighth (0 straight, 0.33 triplets).
        reverb: share of reverberated sound, 0..1.
        density: melody notes per beat at neutral arousal.
        pentatonic: melodies keep to the five-note scale.
        tempo_clear: whether a listener would tap along at once.
    """

    id: str
    tempo_bpm: tuple[float, float]
    metre: int
    valence: tuple[float, float]
    arousal: tuple[float, float]
    loudness_lufs: tuple[float, float]
    languages: tuple[float, float, float]
    major: tuple[str, ...]
    minor: tuple[str, ...]
    leads: tuple[int, ...]
    comps: tuple[tuple[int, str], ...]
    pads: tuple[int, ...]
    basses: tuple[int, ...]
    bass_lines: tuple[str, ...]
    grooves: tuple[Groove, ...]
    swing: float = 0.0
    reverb: float = 0.15
    density: float = 1.0
    pentatonic: bool = False
    tempo_clear: bool = True


STYLES: tuple[Style, ...] = (
    Style(
        "ballad", (72, 92), 4, (-0.15, 0.35), (-0.45, 0.2), (-19, -15), (0.5, 0.35, 0.15),
        major=("I V vi IV", "I iii IV V", "I vi IV V", "I V IV I"),
        minor=("i bVI bIII bVII", "i iv bVI V", "i bVII bVI V", "i v bVI V"),
        leads=(0, 40, 73, 68), comps=((0, "02123212"), (0, "01232321"), (0, "X...x...x...x...")),
        pads=(48, 49), basses=(32, 33), bass_lines=("1.......1.......", "1.......5......."),
        grooves=(Groove(), Groove(hat="X...x...X...x...", stick="....x.......x...", kick="X.......x.......")),
        reverb=0.24, density=0.9,
    ),
    Style(
        "folk", (92, 124), 4, (0.2, 0.3), (-0.2, 0.2), (-17, -13), (0.45, 0.4, 0.15),
        major=("I IV I V", "I V IV I", "I vi IV V", "I IV V I"),
        minor=("i bVII bVI V", "i iv i V", "i bVII i V"),
        leads=(22, 110, 73, 24), comps=((25, "02131213"), (25, "X..xx.x.X..xx.x."), (24, "01213121")),
        pads=(), basses=(32,), bass_lines=("1.......5.......", "1...1...5...5..."),
        grooves=(
            Groove(shaker="x.x.X.x.x.x.X.x.", kick="X.......X......."),
            Groove(stick="....X.......X...", kick="X.......X.......", shaker="x.x.x.x.x.x.x.x."),
        ),
        reverb=0.14, density=1.1,
    ),
    Style(
        "city_pop", (100, 122), 4, (0.45, 0.22), (0.25, 0.18), (-14, -10), (0.55, 0.35, 0.1),
        major=("Imaj7 vi7 ii7 V7", "Imaj7 IVmaj7 ii7 V7", "Imaj7 iii7 IVmaj7 V7"),
        minor=("i7 iv7 bVII bIIImaj7", "i7 bVImaj7 iv7 V7"),
        leads=(65, 80, 27, 73), comps=((4, "X..x..x...x.x..."), (27, "..x...x...x...x."), (5, "X..x..x.x..x..x.")),
        pads=(50, 89), basses=(36, 33), bass_lines=("1..1..8.1..1.85.", "1...8.1.1..5..8."),
        grooves=(Groove(kick="X.....x.X.......", snare="....X.......X...", hat="x.xxx.xxx.xxx.xx"),),
        reverb=0.13, density=1.3,
    ),
    Style(
        "jazz", (112, 168), 4, (0.25, 0.3), (0.0, 0.3), (-18, -14), (0.15, 0.45, 0.4),
        major=("Imaj7 vi7 ii7 V7", "I6 VI7 ii7 V7", "Imaj7 IV7 I6 V7"),
        minor=("i7 iv7 V7 i7", "i7 bVI7 V7 i7"),
        leads=(66, 59, 26, 11), comps=((0, "X.....x...x....."), (0, "..x...X.......x."), (26, "x...x...x...x...")),
        pads=(), basses=(32,), bass_lines=("1...3...5...w...",),
        grooves=(Groove(ride="X...x.x.X...x.x.", hat="....x.......x...", kick="X...x...x...x..."),),
        swing=0.33, reverb=0.15, density=1.4,
    ),
    Style(
        "lofi", (76, 92), 4, (0.05, 0.25), (-0.5, 0.15), (-18, -14), (0.2, 0.3, 0.5),
        major=("Imaj7 vi7 ii7 V7", "Imaj7 IVmaj7 Imaj7 V7"),
        minor=("i7 iv7 i7 V7", "i7 bVImaj7 iv7 V7"),
        leads=(4, 11, 24, 73), comps=((4, "X.....x.x......."), (5, "X..x....x..x...."), (0, "X...x...x...x...")),
        pads=(89,), basses=(33, 35), bass_lines=("1.....1.5.......", "1.......1..5...."),
        grooves=(Groove(kick="X.....x...x.....", snare="....X.......X...", hat="x.x.x.x.x.x.x.x."),),
        swing=0.18, reverb=0.18, density=0.8,
    ),
    Style(
        "rock", (116, 152), 4, (0.1, 0.4), (0.7, 0.15), (-11, -9), (0.4, 0.5, 0.1),
        major=("I V IV I", "I IV V IV", "I vi IV V"),
        minor=("i bVI bVII i", "i bVII bVI V", "i bIII bVII iv"),
        leads=(29, 30, 27), comps=((30, "X.x.x.x.X.x.x.x."), (29, "X.x.X.x.X.x.X.x."), (29, "X..x..x.X..x..x.")),
        pads=(), basses=(34,), bass_lines=("1.1.1.1.1.1.1.1.", "1.1.1.1.5.5.8.8."),
        grooves=(
            Groove(kick="X.....x.X.......", snare="....X.......X...", hat="X.x.X.x.X.x.X.x."),
            Groove(kick="X...x...X.x.....", snare="....X.......X...", ride="X.x.X.x.X.x.X.x."),
        ),
        reverb=0.1, density=1.2,
    ),
    Style(
        "electronic", (120, 132), 4, (0.3, 0.35), (0.65, 0.18), (-11, -9), (0.3, 0.45, 0.25),
        major=("I V vi IV", "I IV vi V", "I vi IV V"),
        minor=("i bVI bIII bVII", "i bVII bVI V", "i iv bVI V"),
        leads=(81, 80, 90), comps=((90, "..X...X...X...X."), (81, "02132132"), (90, "X..X..X..X..X.X.")),
        pads=(89, 95), basses=(38, 39), bass_lines=("..1...1...1...1.", "1.1.1.1.1.1.1.8."),
        grooves=(
            Groove(kick="X...X...X...X...", clap="....X.......X...", hat="..X...X...X...X."),
            Groove(kick="X...X...X...X...", clap="....X.......X...", hat="x.X.x.X.x.X.x.X."),
        ),
        reverb=0.14, density=1.4,
    ),
    Style(
        "guofeng", (88, 116), 4, (-0.05, 0.3), (-0.2, 0.25), (-18, -13), (0.85, 0.0, 0.15),
        major=("I vi IV I", "I V vi I", "I IV V I"),
        minor=("i bVII bVI i", "i iv bVII i", "i bIII bVII i"),
        leads=(77, 73, 110, 106), comps=((107, "02314213"), (15, "01231321"), (107, "X...x...x.x.x...")),
        pads=(48,), basses=(32, 42), bass_lines=("1.......1.......", "1.......5......."),
        grooves=(
            Groove(),
            Groove(tom="X.......x...x...", stick="....x.......x..."),
            Groove(kick="X.......x.......", shaker="x...x...x...x.x."),
        ),
        reverb=0.26, density=1.1, pentatonic=True,
    ),
    Style(
        "waltz", (108, 160), 3, (0.3, 0.35), (-0.1, 0.25), (-18, -13), (0.35, 0.35, 0.3),
        major=("I I V7 V7 V7 V7 I I", "I vi ii V7 I IV V7 I"),
        minor=("i i V7 V7 V7 V7 i i", "i bVI iv V7 i iv V7 i"),
        leads=(40, 21, 71, 73), comps=((0, "....X...x..."), (21, "....x...x..."), (46, "....X...x...")),
        pads=(48,), basses=(32, 43), bass_lines=("1...........",),
        grooves=(Groove(), Groove(kick="X...........", stick="....x...x...")),
        reverb=0.2, density=0.9,
    ),
    Style(
        "ambient", (66, 90), 4, (0.1, 0.3), (-0.75, 0.12), (-22, -18), (0.05, 0.05, 0.9),
        major=("I IVmaj7 I V", "I IV I V"),
        minor=("i7 bVImaj7 i7 v7", "i bVI iv i"),
        leads=(8, 11, 46, 88), comps=((46, "0.1.2.3."), (88, "X..............."), (11, "0.2.1.3.")),
        pads=(89, 91, 95), basses=(39, 43), bass_lines=("1...............",),
        grooves=(), reverb=0.42, density=0.4, tempo_clear=False,
    ),
    Style(
        "rnb", (90, 108), 4, (0.15, 0.3), (0.0, 0.2), (-14, -10), (0.35, 0.55, 0.1),
        major=("Imaj7 V7 vi7 IVmaj7", "Imaj7 vi7 ii7 V7", "Imaj7 IVmaj7 ii7 V7"),
        minor=("i7 iv7 bVII bIIImaj7", "i7 bVImaj7 iv7 V7"),
        leads=(4, 81, 65, 27), comps=((4, "X.....x..x......"), (5, "X...x.....x....."), (4, "X..x....x..x....")),
        pads=(89,), basses=(33, 38), bass_lines=("1.....1..15.....", "1..1......1.5..."),
        grooves=(
            Groove(kick="X..x...x..X.....", snare="....X.......X...", hat="x.x.x.x.x.xxx.x."),
            Groove(kick="X.....x..X......", clap="....X.......X...", hat="x.x.x.x.x.x.x.xx"),
        ),
        reverb=0.15, density=1.2,
    ),
    Style(
        "bossa_nova", (116, 144), 4, (0.45, 0.2), (-0.2, 0.18), (-18, -14), (0.25, 0.45, 0.3),
        major=("Imaj7 vi7 ii7 V7", "Imaj7 II7 ii7 V7", "I6 vi7 ii7 V7"),
        minor=("i7 iv7 V7 i7", "i7 bVImaj7 V7 i7"),
        leads=(73, 24, 66, 11), comps=((24, "X..x..x...x..x.."), (24, "x...x..x..x.x...")),
        pads=(), basses=(32,), bass_lines=("1.....5.5.....1.",),
        grooves=(Groove(stick="X..x..x...x..x..", shaker="x.x.x.x.x.x.x.x.", kick="X.....x.X.....x."),),
        reverb=0.15, density=1.1,
    ),
    Style(
        "orchestral", (88, 132), 4, (0.0, 0.4), (0.3, 0.35), (-17, -11), (0.12, 0.13, 0.75),
        major=("I V vi IV", "I IV V I", "I vi IV V"),
        minor=("i bVI bIII bVII", "i iv V i", "i bVII bVI V"),
        leads=(60, 40, 56, 68), comps=((48, "X...x...x...x..."), (45, "X.x.X.x.X.x.X.x."), (44, "X.x.x.x.X.x.x.x.")),
        pads=(48, 52), basses=(43, 42), bass_lines=("1...1...1...1...", "1.......1......."),
        grooves=(Groove(tom="X.....x.X......."), Groove(kick="X.......X.......", tom="X...x...X...x.x."), Groove()),
        reverb=0.3, density=0.9,
    ),
    Style(
        "playful", (112, 144), 4, (0.7, 0.15), (0.35, 0.2), (-15, -11), (0.45, 0.35, 0.2),
        major=("I IV V I", "I vi IV V", "I IV I V"),
        minor=("i iv V i",),
        leads=(12, 13, 9, 72), comps=((45, "X...x...X...x..."), (0, "..x...x...x...x."), (12, "02120212")),
        pads=(), basses=(32, 33), bass_lines=("1.......5.......", "1...5...1...5..."),
        grooves=(
            Groove(kick="X.......X.......", snare="....x.......x...", hat="x.x.x.x.x.x.x.x."),
            Groove(shaker="x.x.X.x.x.x.X.x.", kick="X.......X.......", clap="....X.......X..."),
        ),
        reverb=0.12, density=1.4,
    ),
)  # fmt: skip
STYLE_BY_ID: dict[str, Style] = {s.id: s for s in STYLES}

# Names a person would use for the General MIDI programs above.
INSTRUMENTS: dict[int, str] = {
    0: "piano", 4: "electric piano", 5: "electric piano", 8: "celesta", 9: "glockenspiel", 11: "vibraphone",
    12: "marimba", 13: "xylophone", 15: "dulcimer", 21: "accordion", 22: "harmonica", 24: "nylon guitar",
    25: "steel guitar", 26: "jazz guitar", 27: "electric guitar", 29: "overdriven guitar",
    30: "distorted guitar", 32: "double bass", 33: "bass guitar", 34: "bass guitar", 35: "fretless bass",
    36: "slap bass", 38: "synth bass", 39: "synth bass", 40: "violin", 42: "cello", 43: "contrabass",
    44: "tremolo strings", 45: "pizzicato strings", 46: "harp", 48: "strings", 49: "strings",
    50: "synth strings", 52: "choir", 53: "voice", 56: "trumpet", 59: "muted trumpet", 60: "french horn",
    65: "alto saxophone", 66: "tenor saxophone", 68: "oboe", 71: "clarinet", 72: "piccolo", 73: "flute",
    77: "shakuhachi", 80: "synth lead", 81: "synth lead", 88: "synth pad", 89: "synth pad", 90: "synthesizer",
    91: "choir pad", 95: "synth pad", 106: "shamisen", 107: "koto", 110: "fiddle",
}  # fmt: skip
