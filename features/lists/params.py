"""Parameters of the lists: the rules, how they relax, and what ranks users without a profile."""

from __future__ import annotations

from dataclasses import dataclass, field

from features.lists.experiments import Experiment
from features.ranker.params import RankerParams
from features.ranker.weights import Weights
from schemas.daily import SONGS_PER_LIST

# The order in which rules give way when thirty songs cannot be found. Never given up: blocked
# tracks and artists, availability, release, region, explicit setting, distinct recordings.
RELAXATIONS = (
    "discovery_share",  # more, or fewer, never-heard artists than the bounds say
    "album_cap",  # more of one album than the cap
    "recommended_the_week_before",  # 8 to 14 nights ago
    "disliked",  # songs the user tends to skip
    "played_out",  # songs the user has played very often within 7 days
    "artist_cap_raised",  # up to ``ListParams.raised_artist_cap`` of one artist
    "played_on_ds",
    "recommended_last_week",  # within 7 nights, longest ago first
    "artist_cap_lifted",
)
BIT = {name: 1 << place for place, name in enumerate(RELAXATIONS)}

# Why a list has fewer than thirty songs.
NOTHING_ALLOWED = "nothing_allowed"
TOO_FEW_SONGS = "too_few_songs"


@dataclass(frozen=True, slots=True)
class CommonWeights:
    """Weights for users without a profile: new or opted out."""

    popular_near: float = 0.5
    popular: float = 0.8
    fresh: float = 0.2
    weather: float = 0.1
    language: float = 0.5


@dataclass(frozen=True, slots=True)
class OrderParams:
    """Costs of neighbouring songs, first and last song (see features.lists.sequencing).

    Args:
        tempo: per octave of tempo ratio, folded into half an octave; ``octave`` is added for
            each fold (double time is near, yet not equal).
        jump: for a step of more than ``jump_bpm``, whatever its ratio: half time is near to a musician and still
            a jump to who listens.
        key: for the opposite side of the circle of fifths (six steps).
        mode: for a change of mode beyond the relative key.
        unknown: share of the tempo or key cost paid when either song's is not known.
        energy, valence: per unit of difference.
        same_artist: for two neighbours that share an artist.
        decline: for the way from the best song by score to the least; see ``score_rank`` in features.lists.sequencing.
        opening: for a first song of no trust; trust = familiarity and fit.
        closing: for a last song of full arousal and energy.
    """

    tempo: float = 1.6
    octave: float = 0.1
    jump: float = 2.5
    jump_bpm: float = 40.0
    key: float = 0.8
    mode: float = 0.1
    unknown: float = 0.5
    energy: float = 1.0
    valence: float = 0.4
    same_artist: float = 20.0
    decline: float = 6.0
    opening: float = 3.0
    closing: float = 1.5


@dataclass(frozen=True, slots=True)
class ListParams:
    """Rules, weights and thresholds of the lists.

    Args:
        artist_cap: most songs that credit one artist, main or featured.
        artist_cap_raised_by: by how many that cap is raised where it is relaxed for the first time.
        album_cap: most songs of one album.
        discovery_least, discovery_most: bounds of the share of songs by artists never heard; the least is one of
            thirty, for who never explores.
        discovery_default: share assumed where the user's own is unknown.
        variety: factor on the score of a genre's second, third, ... song in lists without a
            profile; below 1 mixes genres.
        calibration: strength of the calibration to the user's own mix, 0..1 (Steck's lambda).
        lately_days: days in which songs played count for the mix of known and new.
        usual_songs: songs of a usual mix added to those, for users of few plays.
        new_songs: places per personal list kept for new songs: released within ``fresh_days`` or heard
            by nobody, and never by this user.
        open_share: probability that another song is tried at the open place of a personal list
            (see features.lists.exploring).
        choices: most songs such a draw is among.
        experiments: settings changed for a share of users; a share of 0 only logs buckets.
        salt: of the experiments' buckets; another one shuffles everybody.
        disliked_below: affinity weight below which a track counts as disliked.
        played_out_from: plays within 7 days from which a track counts as listened to death.
        sound_from: least similarity of sound, of two songs that were both heard, named as a reason.
        others_from: least other listeners of both songs behind a reason that speaks of people who play a song.
        many_from: least listeners in 30 days behind a reason that speaks of everyone, or of a city.
        known_from: least plays in 30 days whose genre (key, mood, ...) is known behind a reason that counts them,
            and least plays in a part of the day, or an hour, behind one that speaks of it.
        known_share_from: least share of the plays in 30 days whose value must be known for that.
        loved_from: least affinity of a track that a reason calls loved (1 = one whole play today).
        rotation_from: least plays of an artist said to be in rotation.
        share_from: least share of a genre, key or mood named as a reason.
        rank_within: a song may be called popular up to this rank.
        lately_played_days: days in which a play counts as of these days, for reasons that name its day.
        arrival_days: days since a track came to the catalogue up to which that is news.
        resting_days: days without a play from which a song counts as rested.
        fresh_days: days since release up to which a song counts as fresh.
        reasons: most evidence rows per song.
        logged: share of the users whose candidates are logged for the ranker to learn from.
        weights: of the ranking; where a learnt ranker passed its gate, that one serves instead.
        ranker: how the ranker learns and what it must pass.
        leading_share: most of a list's songs that one kind of reason may lead, where others hold.
        day_plays_from: least plays on workdays, and on days off, behind a reason that compares them.
        day_apart_from: least difference of their mean arousal named as a reason.
        credits_from: least loved songs of other artists behind a shared composer, producer, ...
    """

    songs: int = SONGS_PER_LIST
    artist_cap: int = 2
    artist_cap_raised_by: int = 1
    album_cap: int = 2
    discovery_least: float = 0.04
    discovery_most: float = 0.5
    discovery_default: float = 0.3
    variety: float = 0.85
    calibration: float = 0.32
    lately_days: int = 14
    usual_songs: int = 5
    new_songs: int = 1
    open_share: float = 0.1
    choices: int = 20
    experiments: tuple[Experiment, ...] = (Experiment("calibration", setting="calibration", value=0.0),)
    salt: str = "daily30"
    disliked_below: float = -0.2
    played_out_from: int = 8
    sound_from: float = 0.5
    others_from: int = 5
    many_from: int = 20
    known_from: int = 20
    known_share_from: float = 0.5
    loved_from: float = 1.0
    rotation_from: int = 3
    share_from: float = 0.1
    rank_within: int = 100
    lately_played_days: int = 7
    arrival_days: int = 7
    resting_days: int = 10
    fresh_days: int = 30
    reasons: int = 4
    logged: float = 1.0
    leading_share: float = 1 / 3
    credits_from: int = 2
    day_plays_from: int = 30
    day_apart_from: float = 0.1
    weights: Weights = field(default_factory=Weights)
    common: CommonWeights = CommonWeights()
    order: OrderParams = OrderParams()
    ranker: RankerParams = field(default_factory=RankerParams)

    @property
    def raised_artist_cap(self) -> int:
        """Most songs that credit one artist once ``artist_cap_raised`` was relaxed."""
        return self.artist_cap + self.artist_cap_raised_by

    def __post_init__(self) -> None:
        if not 1 <= self.songs <= SONGS_PER_LIST:
            raise ValueError(f"songs of a list are 1 to {SONGS_PER_LIST}")
        if min(self.artist_cap, self.album_cap) < 1 or self.artist_cap_raised_by < 0:
            raise ValueError("artist_cap and album_cap are 1 or more, artist_cap_raised_by is 0 or more")
