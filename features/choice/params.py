"""Parameters of the choice model; defaults chosen on the listeners of ``tests/worlds/sketch.py``, seeds 101 and 102."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Penalties:
    """Ridge penalties, in units of one choice's log-likelihood per squared parameter.

    What days and albums do is drawn to nothing by penalties that are measured (see features.choice.habits and
    features.choice.albums).

    Args:
        listener: on a listener's latent taste.
        track, artist: on what is latent in a track or shared by an artist's tracks; on an album's it is that of a
            track over the share that is found to lie between albums (see features.choice.albums).
        content_map: on the map from content to the latent space.
        content_taste: on a listener's direct weights of content.
        bias: on biases of tracks, artists, content and listeners.
    """

    listener: float = 5.0
    track: float = 3.0
    artist: float = 1.0
    content_map: float = 1.0
    content_taste: float = 30.0
    bias: float = 1.0


@dataclass(frozen=True, slots=True)
class MemoryParams:
    """How the memory of satiation is learnt.

    Args:
        octaves: half-lives are tried up to so many doublings or halvings from the default.
        spread: standard deviation of the prior, in doublings of the half-life.
        gain_from: gain of log-likelihood, prior included, below which the default stays.
        repeats_from: plays of known songs below which the default stays.
        repeats_most: so many are looked at at most, evenly over listeners and time.
    """

    octaves: float = 2.5
    spread: float = 0.7
    gain_from: float = 3.0
    repeats_from: int = 500
    repeats_most: int = 20_000


@dataclass(frozen=True, slots=True)
class ChoiceParams:
    """Parameters of the choice stage.

    Args:
        factors: dimension of the latent taste.
        alternatives: songs drawn beside each play that could have been chosen instead.
        epochs: passes over the plays; steps: updates per pass.
        batch: most plays per update; where a pass holds more, there are as many updates in fewer passes.
        short_epochs: passes of the fit before, from which the memory and the albums' share are learnt.
        learning_rate: of Adam.
        half_life_days: age at which a play counts half.
        window_days: older plays are only remembered as heard before.
        most_plays: so many plays of a listener at most, the newest.
        memory: share of satiation left after a day where plays do not say otherwise.
        skip_tires: what a skipped play adds to satiation; a play heard adds 1.
        genres: most frequent genres kept apart.
        panel_listeners: what is everybody's is learnt from about so many listeners at most;
        panel_plays: and from so many of their plays. Both bound memory and time, whatever the number of listeners.
        penalties: see :class:`Penalties`; memory_learning: see :class:`MemoryParams`.
    """

    factors: int = 16
    alternatives: int = 20
    epochs: int = 25
    short_epochs: int = 8
    steps: int = 15
    batch: int = 20_000
    learning_rate: float = 0.02
    half_life_days: float = 60.0
    window_days: int = 90
    most_plays: int = 1000
    memory: float = 0.85
    skip_tires: float = 0.3
    genres: int = 24
    panel_listeners: int = 6000
    panel_plays: int = 600_000
    penalties: Penalties = Penalties()
    memory_learning: MemoryParams = MemoryParams()
