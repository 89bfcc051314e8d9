"""Invented performers, their estates and what each offers. Nobody here exists or existed."""

from dataclasses import dataclass

from app.values.components import Axis, Component, DeliveryMode

FACE, VOICE, BEHAVIOR = Component.FACE, Component.VOICE, Component.BEHAVIOR
SCRIPTED, REALTIME, TRANSLATION = Axis.SCRIPTED, Axis.REALTIME, Axis.TRANSLATION


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of package: what it contains, where it may be used, what it costs about."""

    components: tuple[Component, ...]
    axes: tuple[Axis, ...]
    media: tuple[str, ...]
    delivery: DeliveryMode
    prices: tuple[tuple[str, int, int], ...]
    """Preset, fee in hundreds of the currency's main unit, royalty in basis points."""
    title: str
    tags: tuple[str, ...]


KINDS = {
    "screen": Kind(
        (FACE, VOICE, BEHAVIOR),
        (SCRIPTED, TRANSLATION),
        ("film", "vr.narrative_experience"),
        DeliveryMode.EXPORT,
        (("film_supporting_role", 900, 300), ("film_trailer", 220, 0), ("vr_experience", 350, 450)),
        "{name}: the complete screen presence",
        ("film", "character actor"),
    ),
    "voice": Kind(
        (VOICE,),
        (SCRIPTED, TRANSLATION),
        ("game.scripted_performance", "game.cosmetic_item", "game.trailer"),
        DeliveryMode.EXPORT,
        (("game_scripted_character", 125, 250), ("cosmetic_item", 40, 800)),
        "The voice of {name}",
        ("voice", "narration"),
    ),
    "game": Kind(
        (VOICE, BEHAVIOR),
        (SCRIPTED, REALTIME),
        ("game",),
        DeliveryMode.EXPORT,
        (("game_scripted_character", 180, 300), ("game_realtime_character", 420, 500), ("cosmetic_item", 60, 900)),
        "{name}, playable: voice and manner",
        ("game", "live character"),
    ),
    "vr": Kind(
        (FACE, VOICE, BEHAVIOR),
        (SCRIPTED, REALTIME),
        ("vr",),
        DeliveryMode.HOSTED_ONLY,
        (("vr_experience", 480, 600),),
        "Meet {name}: a presence for virtual reality",
        ("vr", "museum"),
    ),
    "brand": Kind(
        (FACE, VOICE),
        (SCRIPTED,),
        ("brand_ambassador",),
        DeliveryMode.EXPORT,
        (("brand_campaign", 1500, 0), ("digital_social_post", 85, 0)),
        "{name} as a brand ambassador",
        ("brand", "advertising"),
    ),
}


@dataclass(frozen=True, slots=True)
class Role:
    """An invented performer and the packages their licensor lists."""

    name: str
    born: int
    died: int | None
    domicile: str
    summary: str
    licensor: str
    kinds: tuple[str, ...]
    territory: str = "+WORLD"
    currency: str = "USD"


LICENSORS = (
    ("Estate of Marlowe Quist", "estate", "US"),
    ("Halcyon Lantern Trust", "trust", "US"),
    ("Estate of Ingrid Solvane", "estate", "DE"),
    ("Brightwater Heirs Collective", "estate", "GB"),
    ("Tamsin & Oyelaran Estates", "estate", "NG"),
    ("Kestrel Row Representation", "agent", "GB"),
    ("Estate of Genzo Marubashi", "estate", "JP"),
    ("Maison Delacroisier, succession", "estate", "FR"),
    ("Estate of Salomé Arrebol", "estate", "BR"),
)

ROLES = (
    Role("Marlowe Quist", 1931, 2019, "US-CA",
         "Baritone of radio mysteries and harbor noirs; the pause before the last word was his.",
         "Estate of Marlowe Quist", ("screen",)),
    Role("Odalys Venn", 1944, 2021, "US-NY", "Stage comedienne whose double takes are taught in drama schools.",
         "Halcyon Lantern Trust", ("screen", "brand")),
    Role("Corwin Ashgrove", 1938, 2016, "US-TN", "Balladeer and narrator of frontier serials, gravel and mercy.",
         "Halcyon Lantern Trust", ("voice", "brand"), "+WORLD -CN"),
    Role("Philippa Thorne-Adeyemi", 1950, 2022, "US-CA", "Science-fiction captain of four seasons and nine films.",
         "Halcyon Lantern Trust", ("game", "vr")),
    Role("Lucan Merriweather", 1925, 2001, "US-IN", "Silent-era revivalist, tumbler and reluctant romantic lead.",
         "Halcyon Lantern Trust", ("screen",), "+NORTH_AMERICA"),
    Role("Ingrid Solvane", 1940, 2018, "DE", "Chanson singer and film villain with an unblinking stare.",
         "Estate of Ingrid Solvane", ("screen", "voice"), "+EUROPE +EU", "EUR"),
    Role("Anselm Ritterbusch", 1936, 2014, "DE", "The kindly detective of long Sunday evenings.",
         "Estate of Ingrid Solvane", ("game",), "+EUROPE +EU", "EUR"),
    Role("Beatrix Halloran", 1947, 2020, "GB", "Voice of lighthouse keepers, witches and one very tired clock.",
         "Brightwater Heirs Collective", ("voice", "game"), "+WORLD", "GBP"),
    Role("Rufus Pellingham", 1929, 1999, "GB", "Quiz host and raconteur; the eyebrow alone filled theatres.",
         "Brightwater Heirs Collective", ("brand", "vr"), "+WORLD -US", "GBP"),
    Role("Winifred Oakhurst", 1933, 2011, "GB", "Documentary narrator of tides, moss and patient animals.",
         "Brightwater Heirs Collective", ("voice",), "+WORLD", "GBP"),
    Role("Adunni Oyelaran", 1952, 2023, "NG", "Storyteller and dancer; every gesture lands on the beat.",
         "Tamsin & Oyelaran Estates", ("screen", "vr")),
    Role("Tamsin Okafor-Reyes", 1949, 2017, "US-CA", "Action heroine who did the stairs herself.",
         "Tamsin & Oyelaran Estates", ("game", "screen"), "+WORLD -CN -RU"),
    Role("Babatunde Eriksson", 1941, 2015, "NG", "Bass singer, commentator and calm voice of world records.",
         "Tamsin & Oyelaran Estates", ("voice", "brand")),
    Role("Juniper Castellane", 1988, None, "GB", "Contemporary voice artist: forty characters and counting.",
         "Kestrel Row Representation", ("voice", "game"), "+WORLD", "GBP"),
    Role("Dmitri Fairweather", 1979, None, "GB", "Motion performer behind creatures with very human hands.",
         "Kestrel Row Representation", ("game", "vr"), "+WORLD", "GBP"),
    Role("Saoirse Lindqvist", 1991, None, "GB", "Presenter and runner; licenses her likeness while it is her own.",
         "Kestrel Row Representation", ("brand",), "+EUROPE +EU", "GBP"),
    Role("Genzo Marubashi", 1928, 2008, "JP", "Sword-drama lead who never hurried a line.",
         "Estate of Genzo Marubashi", ("screen", "game"), "+WORLD", "JPY"),
    Role("Hanae Fujishiro", 1946, 2019, "JP", "Enka singer and gentle oracle of late-night radio.",
         "Estate of Genzo Marubashi", ("voice", "vr"), "+ASIA", "JPY"),
    Role("Étienne Delacroisier", 1934, 2012, "FR", "Boulevard charmer with a cello of a voice.",
         "Maison Delacroisier, succession", ("screen", "voice"), "+WORLD -US", "EUR"),
    Role("Colombe Vauquelin", 1942, 2020, "FR", "Mime and animator's model; nine films without a word.",
         "Maison Delacroisier, succession", ("vr", "brand"), "+EUROPE +EU", "EUR"),
    Role("Salomé Arrebol", 1945, 2022, "BR", "Telenovela matriarch; three generations can imitate her laugh.",
         "Estate of Salomé Arrebol", ("screen", "brand", "voice")),
    Role("Caetano Lumbre", 1939, 2013, "BR", "Football poet and percussionist.",
         "Estate of Salomé Arrebol", ("game", "voice")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A directive that the performer's executor records."""

    performer: str
    wording: str
    axes: tuple[Axis, ...] = ()
    categories: tuple[str, ...] = ()
    until_year: int | None = None


WISHES = (
    Wish("Marlowe Quist", "I sold mysteries, never cigarettes, and never a candidate. Keep it so.",
         categories=("tobacco", "politics")),
    Wish("Ingrid Solvane", "No machine is to learn from my voice in the first twenty years after my death.",
         axes=(Axis.TRAINING,), until_year=2038),
)  # fmt: skip
"""Recorded by the estates of those who left them."""

IN_REVIEW = frozenset({("Caetano Lumbre", "voice"), ("Winifred Oakhurst", "voice")})
"""Submitted and waiting for an administrator."""

CO_HEIRS = ("Ottoline Vey", "Barnaby Vey")
SHARED = Role("Cordelia Vey", 1937, 2018, "US-CA", "Mezzo of the river operas; she owned every silence.",
              CO_HEIRS[0], ("voice",))  # fmt: skip
"""Left to two heirs in equal parts, who have not agreed yet."""

DRAFTS = frozenset({("Saoirse Lindqvist", "brand"), ("Cordelia Vey", "voice")})
