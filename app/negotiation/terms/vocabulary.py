"""The words of deal terms. Deals hold them: never rename one, and never give one another meaning."""

from enum import StrEnum


class RoyaltyBasis(StrEnum):
    """What the rate is applied to."""

    NET_RECEIPTS = "net_receipts"
    """What the licensee received: gross, less what the store kept, refunds and taxes."""

    GROSS_RECEIPTS = "gross_receipts"
    """What buyers paid, refunds taken off."""


class RoyaltyTrigger(StrEnum):
    """Which date decides the rate for a sale."""

    SALE_DATE = "sale_date"
    REPORT_DATE = "report_date"


class ReportingSchedule(StrEnum):
    """How long the period of a usage report is. Periods follow the calendar."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"

    @property
    def months(self) -> int:
        return _MONTHS[self]


_MONTHS = {
    ReportingSchedule.MONTHLY: 1,
    ReportingSchedule.QUARTERLY: 3,
    ReportingSchedule.SEMIANNUAL: 6,
    ReportingSchedule.ANNUAL: 12,
}


class CapUnit(StrEnum):
    """What is counted against a cap."""

    RENDERS = "renders"
    """Images or shots made with the likeness."""
    MINUTES = "minutes"
    """Of finished picture or sound."""
    LINES = "lines"
    """Of dialogue."""
    WORDS = "words"
    """Spoken or generated."""
    UNITS = "units"
    """Copies, items or tickets sold."""
    CONCURRENT_TITLES = "concurrent_titles"
    """Titles in which the likeness is in use at the same time."""


class CapPeriod(StrEnum):
    """After which time counting starts anew."""

    TERM = "term"
    """Never: one amount for the whole license."""
    YEAR = "year"
    MONTH = "month"


class ApprovalStage(StrEnum):
    """What the licensor sees before the licensee goes on."""

    SCRIPT = "script"
    """What the likeness is to say or do, before it is made."""
    SAMPLE = "sample"
    """A first result."""
    FINAL = "final"
    """What is to be released."""


class Silence(StrEnum):
    """What it means when the licensor does not answer in time."""

    REFUSED = "refused"
    APPROVED = "approved"


class DeletionScope(StrEnum):
    """What is destroyed after the end."""

    DELIVERED_COPIES = "delivered_copies"
    DERIVED_MODELS = "derived_models"
    """Whatever was trained, tuned or converted from what was delivered."""


class GuardContext(StrEnum):
    """Contexts in which the likeness must never appear, whatever is licensed. Game clients read these codes."""

    SEXUAL_CONTENT = "sexual_content"
    NUDITY = "nudity"
    GRAPHIC_VIOLENCE = "graphic_violence"
    SELF_HARM = "self_harm"
    DRUG_USE = "drug_use"
    TOBACCO = "tobacco"
    ALCOHOL = "alcohol"
    GAMBLING = "gambling"
    CRIME = "crime"
    HATE_SPEECH = "hate_speech"
    HARASSMENT = "harassment"
    POLITICAL_ENDORSEMENT = "political_endorsement"
    RELIGIOUS_ENDORSEMENT = "religious_endorsement"
    PRODUCT_ENDORSEMENT = "product_endorsement"
    MEDICAL_ADVICE = "medical_advice"
    FINANCIAL_ADVICE = "financial_advice"
    REAL_NEWS_EVENTS = "real_news_events"
    """Statements about, or scenes of, events that really happened."""
    OWN_DEATH = "own_death"
    """The performer's death, illness or funeral."""
    FAMILY = "family"
    """The performer's relatives, by name or likeness."""
    OTHER_REAL_PEOPLE = "other_real_people"

    @property
    def words(self) -> str:
        """As it is named within a sentence."""
        return _CONTEXT_WORDS.get(self, self.value.replace("_", " "))


_CONTEXT_WORDS = {
    GuardContext.REAL_NEWS_EVENTS: "events that really happened",
    GuardContext.OWN_DEATH: "the performer's death, illness or funeral",
    GuardContext.FAMILY: "the performer's relatives",
}


class PublicFact(StrEnum):
    """What anybody may read about a license beside whether it stands now."""

    PERFORMER = "performer"
    PRODUCTION = "production"
    LICENSEE = "licensee"
    LICENSOR = "licensor"
    TERM = "term"
    """From when until when it runs."""
    SCOPE = "scope"
    """Components, media and territories."""


class Remainder(StrEnum):
    """What becomes of an advance that royalties have not earned back when the license is over."""

    GUARANTEED = "guaranteed"
    """It stays with the licensor."""
    REPAYABLE = "repayable"
    """It goes back to the licensee."""


class EscalatorMode(StrEnum):
    """How a rate rises past a threshold. With 10 %, above 10,000 12 %, and twice 6,000 reported:"""

    CUMULATIVE_MARGINAL = "cumulative_marginal"
    """Only what lies above earns more, counted from the start: 600, then 640."""
    PER_PERIOD = "per_period"
    """The same, but counting starts anew with each report: 600, then 600."""
    WHOLE_SLAB = "whole_slab"
    """The rate of the band reached is that of everything so far: 600, then 840."""


class TallyScope(StrEnum):
    """Of what the tally of an escalator is kept."""

    ITEM = "item"
    LICENSE = "license"
    DEAL_GROUP = "deal_group"
    """All licenses of the same two sides that name the same group."""


class Tally(StrEnum):
    """What is counted towards an escalator's bands."""

    BASIS = "basis"
    """What the rate is applied to, in minor units of the royalty's currency."""
    UNITS = "units"
    """Copies, items or tickets."""


class ReserveTiming(StrEnum):
    """Whether returns are provided for before the royalty is calculated or after."""

    BEFORE_CALCULATION = "before_calculation"
    """A part of the receipts is kept out of the basis."""
    AFTER_CALCULATION = "after_calculation"
    """A part of the royalty is kept back."""


class Assignment(StrEnum):
    """Whether the licensee may hand the license on to another."""

    NONE = "none"
    WITH_CONSENT = "with_consent"
    """With the licensor's consent to that very party."""


class ActsFor(StrEnum):
    LICENSOR = "licensor"
    LICENSEE = "licensee"


class Warranty(StrEnum):
    """What a side stands for."""

    LICENSOR_HAS_AUTHORITY = "licensor_has_authority"
    LICENSOR_GRANTED_NOTHING_CONFLICTING = "licensor_granted_nothing_conflicting"
    LICENSOR_ASSETS_ARE_GENUINE = "licensor_assets_are_genuine"
    """The files are of the performer, and were captured or trained with the consent that applies."""
    LICENSEE_OBEYS_LAW = "licensee_obeys_law"
    LICENSEE_KEEPS_ASSETS_SECURE = "licensee_keeps_assets_secure"
    LICENSEE_DISCLOSES_REPLICA = "licensee_discloses_replica"
    """The audience is told that it sees or hears a replica, wherever the law asks for it."""


class ChangeOf(StrEnum):
    """What a deal does to an earlier one."""

    AMENDMENT = "amendment"
    EXTENSION = "extension"
    """The licensee uses the option that the deal gave it."""
    TERMINATION = "termination"
    """The two sides agree on an earlier end."""
    TOLLING = "tolling"
    """Days for which the license was suspended are added to its term."""
    ASSIGNMENT = "assignment"
    """Another licensee takes the place of the one before."""
