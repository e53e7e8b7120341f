"""English words of feeling, by the mood they evoke in a lyric or a tag (base forms)."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "healing": """healing heal warm warmth comfort embrace hug shelter mend mended soothe safe forgive gentleness
        hold home recover solace""",
    "sad": """sad sadness sorrow cry tear tears weep weeping grief broken hurt pain painful ache goodbye farewell
        lose lost losing regret sorry miserable mourn bleed leave leaving gone unhappy ruined wrong wasted bad
        cold suffer drown drowning""",
    "lonely": """lonely loneliness alone lonesome empty emptiness solitude isolated abandoned nobody stranded
        unheard unseen""",
    "romantic": """romantic romance love lover loving kiss darling sweetheart beloved valentine rose forever
        heartbeat honey desire adore baby""",
    "tender": """tender soft softly gentle gently lullaby whisper cradle caress moonlight sweetly ballad slowly""",
    "rousing": """rousing fight fighter fighting burn burning fearless brave rise rising victory win champion hero
        unstoppable run running warrior glory conquer stronger thunder""",
    "relaxing": """relaxing relax relaxed chill easy breezy beach hammock unwind laidback mellow drift vacation
        lounge""",
    "nostalgic": """nostalgic nostalgia remember memory memories yesterday childhood old once youth photograph
        homesick reminisce ago faded used""",
    "quiet": """quiet quietly silence silent still stillness hush asleep sleep sleeping midnight""",
    "happy": """happy happiness joy joyful smile smiling laugh laughing laughter cheerful celebrate wonderful
        sunshine bright delight glad fun feelgood beautiful perfect blessed lucky good great amazing alright""",
    "tense": """tense fear afraid scared scare anxious worried nervous danger dangerous panic tremble shiver
        nightmare chase escape suspense threat warning""",
    "dreamy": """dreamy dream dreaming float floating cloud stars starlight galaxy fantasy haze ethereal illusion
        wonderland moonbeam""",
    "melancholic": """melancholic melancholy blue blues autumn rain raining grey gray fade fading dusk sigh weary
        wither wistful shadowed""",
    "fresh": """fresh spring bloom blossom morning breeze dew green rainbow meadow sky clear refreshing sunrise""",
    "energetic": """energetic energy dance dancing jump party wild electric alive loud tonight neon speed beat
        rave upbeat""",
    "groovy": """groovy groove funky funk rhythm sway swing bounce shake swinging soul""",
    "epic": """epic kingdom empire legend legendary mountain majestic destiny eternal heaven throne sword
        cinematic soundtrack ocean""",
    "dark": """dark darkness shadow grave death dead die dying hell doom abyss ghost despair hopeless ashes
        sinister haunted""",
    "fierce": """fierce anger angry rage hate scream screaming destroy explode crush blood fury violent war metal
        aggressive enemy""",
    "calm": """calm peace peaceful serene serenity tranquil river breathe ambient meditation meditative harbor
        lake""",
    "hopeful": """hopeful hope tomorrow faith dawn light begin beginning wish promise future someday shine shining""",
    "playful": """playful silly candy bubble tickle giggle cute puppy kitten toy hopscotch lollipop prank la""",
    "sweet": """sweet sweetness sugar cherry cuddle sweeter lovely adorable""",
    "carefree": """carefree free freely freedom wander wanderer kite barefoot whistle weekend untied""",
    "inspiring": """inspiring inspire climb climbing believe achieve strength overcome courage stand standing
        motivation motivational uplifting""",
    "triumphant": """triumphant triumph victorious crown anthem hooray parade conquered march""",
    "lazy": """lazy sleepy yawn nap slow sofa idle afternoon drowsy""",
    "solemn": """solemn prayer pray altar hymn holy sacred vow reverent requiem""",
    "mysterious": """mysterious mystery secret secrets unknown riddle veil enigma strange""",
    "longing": """longing long miss missing yearn yearning await waiting faraway distance""",
    "heartbroken": """heartbroken heartbreak shattered betrayed betrayal cheated torn devastated""",
}

# Words that turn what follows within three words; contractions end in n't.
NEGATIONS = frozenset({"not", "no", "never", "without", "cannot", "nothing", "neither", "nor", "ain't", "hardly"})
INTENSIFIERS = frozenset({"so", "very", "too", "really", "truly", "such", "most", "forever", "always"})
