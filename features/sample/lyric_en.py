"""English lyric grammar: line templates, endings by rhyme, and word banks by theme.

A template ends in ``{N}`` (a noun), ``{P}`` (a phrase of place or manner) or ``{V}`` (a bare verb
phrase). Slots: ``{s}`` what moves in the scene, ``{o}`` a thing at hand, ``{p}`` a place, ``{t}`` a
time, ``{c}`` a quality.
"""

from __future__ import annotations

TEMPLATES_N: tuple[str, ...] = (
    "I still remember the {N}", "The {s} is looking for the {N}", "You traded the {o} for the {N}",
    "I keep a {o} beside the {N}", "There's something {c} about the {N}", "You were the {s}, I was the {N}",
    "Nobody told us about the {N}", "We left the {o} and took the {N}", "{t} we borrowed the {N}",
    "The {c} {s}, the {c2} {N}", "I drew a map to find the {N}", "The {s} goes on without the {N}",
    "You said my name and stopped the {N}", "I would have followed the {N}", "Who put the {s} inside the {N}",
    "From the {p} I saw the {N}", "We never needed the {N}", "Give me the {o}, give me the {N}",
    "Every {s} will find its {N}", "The {o} remembers the {N}", "Tomorrow belongs to the {N}",
    "I lost the {o} and found the {N}", "Love is the {s}, love is the {N}", "The {p} is waiting for the {N}",
    "I heard you whisper to the {N}", "We were two {c} parts of the {N}", "Somebody painted the {N}",
    "Teach me the words of the {N}", "It only takes the {c} {N}", "Between the {s} and the {N}",
    "You hid the {o} inside the {N}", "We danced around the {N}", "Even the {s} believes in the {N}",
    "There in the {p} I met the {N}", "I wrote it down beside the {N}", "Nothing as {c} as the {N}",
    "My heart is a {p}, you are the {N}", "Hold up the {o} to the {N}", "Call it the {s}, call it the {N}",
    "I'd give the {o} to keep the {N}",
)  # fmt: skip
TEMPLATES_P: tuple[str, ...] = (
    "The {s} is singing {P}", "I left my {o} {P}", "{t} we were walking {P}", "You found the {o} {P}",
    "We built a {p} {P}", "The {c} {s} is moving {P}", "I hear your footsteps {P}", "Another {s} {P}",
    "And all the {c} years go by {P}", "I carried the {o} {P}", "We met the {s} {P}", "Somebody's waiting {P}",
    "{t} I'm dreaming {P}", "Your {c} voice is {P}", "The {p} is glowing {P}", "I'd rather be lost {P}",
    "We threw the {o} {P}", "You wore the {s} {P}", "Nobody sleeps {P}", "I counted the {s} {P}",
    "Take me back {P}", "The {o} was ringing {P}", "Slow down, my love, {P}", "Our {c} shadows meet {P}",
    "I found the {p} {P}", "The story started {P}", "One {c} {s} {P}", "I wrote your name {P}",
    "The {s} can't find me {P}", "The {s} is hiding {P}", "My {c} heart goes {P}", "We left it all {P}",
    "Come and find me {P}", "It was {t}, {P}", "A {o}, a {s}, {P}", "You and the {s} {P}",
    "The whole {p} drifted {P}", "I'm still lasting_liking here {P}", "Every {c} word {P}", "We'll be all right {P}",
)  # fmt: skip
TEMPLATES_V: tuple[str, ...] = (
    "I want to {V}", "The {s} is learning to {V}", "{t} I will {V}", "You always told me to {V}",
    "A {c} {s} can {V}", "We never had to {V}", "Don't let the {s} {V}", "I watched the {c} {s} {V}",
    "Maybe the {p} will {V}", "It takes a {o} to {V}", "Some days we only {V}", "You and I could {V}",
    "When the {s} comes we'll {V}", "I kept the {o} just to {V}", "Let the {c} morning {V}",
    "There's no good reason to {V}", "Meet me at the {p} and {V}", "{t} we used to {V}", "Tell the {s} to {V}",
    "My {c} heart wants to {V}", "Nobody taught the {s} to {V}", "One more {s} and I'll {V}",
    "I know that you will {V}",
    "Open the {p} and {V}", "Even the {s} must {V}", "Somehow the {c} ones {V}", "We're not too old to {V}",
    "If I could only {V}", "Leave the {o} and {V}", "Every {s} has to {V}", "You taught the {o} to {V}",
    "Under the {s} we {V}", "Close your eyes and {V}", "We'll find a {c} way to {V}", "Hey, little {s}, {V}",
    "I bought a {o} so I could {V}", "All of the {c} things {V}", "I swear this time I'll {V}",
    "The {p} and I will {V}", "Oh, how I need to {V}",
)  # fmt: skip
ENDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "ight": {
        "N": ("night", "light", "kite", "satellite", "streetlight", "appetite"),
        "P": ("in the night", "by candlelight", "out of sight", "in black and white", "under the light"),
        "V": ("hold on tight", "sleep tonight", "burn so bright", "take flight", "make it right"),
    },
    "ay": {
        "N": ("day", "bay", "highway", "doorway", "holiday", "getaway"),
        "P": ("every day", "far away", "like yesterday", "by the bay", "down the highway"),
        "V": ("stay", "find a way", "drift away", "dance and sway", "fade to grey"),
    },
    "ain": {
        "N": ("rain", "train", "refrain", "window pane", "weathervane", "hurricane"),
        "P": ("in the rain", "once again", "on the midnight train", "down the lane", "against the pane"),
        "V": ("remain", "explain", "start again", "break the chain", "catch the train"),
    },
    "ee": {
        "N": ("sea", "tree", "memory", "melody", "key", "harmony"),
        "P": ("by the sea", "with you and me", "under the cherry tree", "quietly", "carelessly"),
        "V": ("run free", "wait and see", "come with me", "sing off key", "cross the sea"),
    },
    "oon": {
        "N": ("moon", "tune", "afternoon", "balloon", "monsoon", "lagoon"),
        "P": ("under the moon", "in early June", "in the afternoon", "out of tune", "way too soon"),
        "V": ("come home soon", "hum the tune", "chase the moon", "sleep till noon", "sail the lagoon"),
    },
    "ow": {
        "N": ("glow", "snow", "window", "radio", "undertow", "afterglow"),
        "P": ("down below", "in the snow", "long ago", "on the radio", "row by row"),
        "V": ("let you go", "take it slow", "ebb and flow", "learn to grow", "say hello"),
    },
    "ine": {
        "N": ("line", "sign", "shoreline", "valentine", "skyline", "grapevine"),
        "P": ("down the line", "among the pines", "on the shoreline", "by design", "in the sunshine"),
        "V": ("shine", "cross the line", "read the sign", "feel fine", "intertwine"),
    },
    "one": {
        "N": ("telephone", "stone", "milestone", "saxophone", "cornerstone", "megaphone"),
        "P": ("all alone", "on my own", "over the phone", "on a bed of stone", "far from home"),
        "V": ("walk alone", "turn to stone", "call you home", "find a home", "change the tone"),
    },
    "eam": {
        "N": ("dream", "stream", "beam", "daydream", "theme", "gleam"),
        "P": ("in a dream", "along the stream", "through the steam", "inside a daydream", "like moonbeams"),
        "V": ("dream", "drift downstream", "share a dream", "flow upstream", "stitch the seam"),
    },
    "art": {
        "N": ("heart", "start", "counterpart", "chart", "work of art", "shopping cart"),
        "P": ("by heart", "from the start", "miles apart", "like a work of art", "with half a heart"),
        "V": ("fall apart", "make a start", "learn by heart", "play my part", "break a heart"),
    },
    "and": {
        "N": ("sand", "hand", "land", "marching band", "promised land", "newsstand"),
        "P": ("hand in hand", "across the sand", "in a foreign land", "with the marching band", "somewhere inland"),
        "V": ("understand", "hold your hand", "come to land", "make a stand", "walk the sand"),
    },
    "ound": {
        "N": ("sound", "ground", "merry-go-round", "lost and found", "hound", "background"),
        "P": ("all around", "on solid ground", "underground", "round and round", "without a sound"),
        "V": ("turn around", "make a sound", "look around", "touch the ground", "stick around"),
    },
}
THEMES: dict[str, tuple[tuple[float, float], dict[str, tuple[str, ...]]]] = {
    "rain": ((-0.3, -0.4), {
        "s": ("rain", "thunder", "river", "grey cloud", "evening wind"),
        "o": ("umbrella", "ticket", "raincoat", "paper cup"),
        "p": ("doorway", "bus stop", "alley", "kitchen"),
        "t": ("In April", "On rainy days", "At half past nine"),
        "c": ("grey", "silver", "quiet"),
    }),
    "homecoming": ((0.35, -0.2), {
        "s": ("train", "chimney smoke", "porch light", "wheat field", "old dog"),
        "o": ("suitcase", "letter", "house key", "kettle"),
        "p": ("front porch", "garden", "valley", "village"),
        "t": ("On New Year's Eve", "In the fall", "After all these years"),
        "c": ("warm", "familiar", "crooked"),
    }),
    "first_love": ((0.6, 0.0), {
        "s": ("bicycle", "cherry blossom", "heartbeat", "summer breeze", "blue jeans"),
        "o": ("note", "mixtape", "sweater", "soda"),
        "p": ("library", "schoolyard", "back row", "staircase"),
        "t": ("At seventeen", "After class", "In the month of May"),
        "c": ("shy", "tender", "clumsy"),
    }),
    "night_drive": ((0.2, 0.4), {
        "s": ("headlight", "highway", "neon sign", "engine", "skyline"),
        "o": ("mixtape", "mirror", "road map", "steering wheel"),
        "p": ("tunnel", "overpass", "gas station", "back seat"),
        "t": ("At two a.m.", "Past midnight", "Tonight"),
        "c": ("electric", "restless", "burning"),
    }),
    "growing_up": ((0.2, 0.1), {
        "s": ("paper plane", "kite", "playground", "swing", "older brother"),
        "o": ("diary", "baseball", "photograph", "schoolbag"),
        "p": ("treehouse", "classroom", "corner shop", "rooftop"),
        "t": ("When we were ten", "That summer", "Back then"),
        "c": ("stubborn", "bright", "wide-eyed"),
    }),
    "sea": ((0.3, -0.1), {
        "s": ("tide", "seagull", "lighthouse", "sailboat", "salt wind"),
        "o": ("seashell", "anchor", "compass", "bottle"),
        "p": ("harbour", "pier", "deck", "cove"),
        "t": ("At low tide", "Before the dawn", "In July"),
        "c": ("blue", "endless", "salty"),
    }),
    "garden": ((0.1, -0.45), {
        "s": ("willow", "nightingale", "garden gate", "morning mist", "river boat"),
        "o": ("teacup", "flute", "watering can", "ribbon"),
        "p": ("orchard", "courtyard", "bridge", "greenhouse"),
        "t": ("In early spring", "At first light", "One Sunday"),
        "c": ("pale", "gentle", "green"),
    }),
    "moon": ((-0.1, -0.5), {
        "s": ("moon", "owl", "silver cloud", "candle", "night wind"),
        "o": ("wine glass", "lantern", "blanket", "violin"),
        "p": ("balcony", "attic", "meadow", "window seat"),
        "t": ("Tonight", "At the midnight hour", "In the small hours"),
        "c": ("pale", "lonely", "hushed"),
    }),
    "farewell": ((-0.55, -0.2), {
        "s": ("whistle", "falling leaf", "taxi", "sunset", "teardrop"),
        "o": ("scarf", "ticket", "spare key", "half a letter"),
        "p": ("platform", "waiting room", "crossroads", "terminal"),
        "t": ("That day", "In September", "The last time"),
        "c": ("faded", "broken", "wordless"),
    }),
    "running": ((0.4, 0.8), {
        "s": ("drumbeat", "wildfire", "morning sun", "engine", "thunder"),
        "o": ("flag", "number plate", "matchstick", "backpack"),
        "p": ("stadium", "starting line", "mountain road", "bleachers"),
        "t": ("Right now", "Tomorrow", "At the whistle"),
        "c": ("fearless", "burning", "reckless"),
    }),
    "summer": ((0.75, 0.4), {
        "s": ("sunshine", "firefly", "ice-cream van", "rainbow", "wave"),
        "o": ("lemonade", "straw hat", "popsicle", "hammock"),
        "p": ("swimming pool", "boardwalk", "back yard", "beach"),
        "t": ("In July", "All weekend", "One lazy noon"),
        "c": ("golden", "happy", "barefoot"),
    }),
    "city_lights": ((0.35, 0.3), {
        "s": ("neon light", "subway train", "saxophone", "crowd", "taxi cab"),
        "o": ("espresso", "record", "overcoat", "lighter"),
        "p": ("rooftop bar", "corner store", "dance floor", "lobby"),
        "t": ("On Friday night", "After work", "In eighty-four"),
        "c": ("velvet", "glittering", "tipsy"),
    }),
    "snow": ((-0.35, -0.6), {
        "s": ("snowflake", "north wind", "fireside", "pine tree", "frost"),
        "o": ("mitten", "sled", "old letter", "woollen coat"),
        "p": ("cabin", "frozen lake", "small town", "station"),
        "t": ("In December", "That winter", "At first snow"),
        "c": ("white", "silent", "cold"),
    }),
    "stars": ((0.3, 0.2), {
        "s": ("comet", "satellite", "spaceship", "northern light", "dream"),
        "o": ("telescope", "spacesuit", "match", "beacon"),
        "p": ("observatory", "open field", "launch pad", "galaxy"),
        "t": ("Light years ago", "On summer nights", "Right now"),
        "c": ("weightless", "distant", "shining"),
    }),
}  # fmt: skip
HOOKS: tuple[str, ...] = ("{title}, {P}", "{title}, oh, I want to {V}", "{title}, {P}", "It was {title}, {P}")
