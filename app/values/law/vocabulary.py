"""The words that the columns of the tables may hold."""

from enum import StrEnum


class Confidence(StrEnum):
    """How a row was seen."""

    SEEN_PRIMARY = "seen_primary"
    """In the text of the statute, judgment or form itself."""
    SEEN_SECONDARY = "seen_secondary"
    """In what somebody else wrote about it."""
    GENERAL_KNOWLEDGE = "general_knowledge"
    """Nowhere in particular: to be confirmed before anything rests on it."""
    MARKETPLACE = "marketplace"
    """The marketplace asks it of everybody; no statute is claimed."""


class LawStatus(StrEnum):
    """Whether a row is law. Only what is `in_force` may block anything by itself."""

    IN_FORCE = "in_force"
    IN_FORCE_UNCHECKED = "in_force_unchecked"
    CASE_LAW = "case_law"
    CASE_LAW_2005 = "case_law_2005"
    """As a survey of 2005 reports it."""
    SURVEY_2005 = "survey_2005"
    NO_RIGHT = "no_right"
    PRACTICE = "practice"
    COMPANY_SPECIFIC = "company_specific"
    """Binds one company only."""
    EXPIRED_FOR_NEW_WORK = "expired_for_new_work"
    FUTURE = "future"
    PROPOSED_NOT_LAW = "PROPOSED_NOT_LAW"
    BILL_ADOPTION_NOT_SEEN = "BILL_ADOPTION_NOT_SEEN"

    @property
    def is_bill(self) -> bool:
        return self in {LawStatus.PROPOSED_NOT_LAW, LawStatus.BILL_ADOPTION_NOT_SEEN}

    @property
    def note(self) -> str:
        """Say what keeps the row from being plain law in force; nothing where it is that."""
        return _STATUS_NOTES.get(self, "")


_STATUS_NOTES = {
    LawStatus.IN_FORCE_UNCHECKED: "Reported to be in force, but not checked.",
    LawStatus.CASE_LAW: "Case law, not statute.",
    LawStatus.CASE_LAW_2005: "Case law as a survey of 2005 reports it.",
    LawStatus.SURVEY_2005: "As a survey of 2005 reports it; statutes may have changed since.",
    LawStatus.PRACTICE: "Practice, not law.",
    LawStatus.COMPANY_SPECIFIC: "Binds one company only.",
    LawStatus.EXPIRED_FOR_NEW_WORK: "Expired for new work.",
    LawStatus.FUTURE: "Not in force yet.",
    LawStatus.PROPOSED_NOT_LAW: "Proposed; not law.",
    LawStatus.BILL_ADOPTION_NOT_SEEN: "A bill whose adoption has not been seen; not law until checked.",
}


class Enforcement(StrEnum):
    """What a rule does to a deal that does not meet it."""

    BLOCK = "block"
    WARN = "warn"
    RECORD = "record"


class Category(StrEnum):
    """What a consent rule is about."""

    CONSENT_LIVING = "consent_living"
    CONSENT_POSTMORTEM = "consent_postmortem"
    AUTHORITY = "authority"
    MINOR = "minor"
    TERM = "term"
    UNION = "union"
    DISCLOSURE = "disclosure"
    STORAGE_SECURITY = "storage_security"
    REPORTING = "reporting"
    DELETION = "deletion"
    PLATFORM = "platform"
    TAX = "tax"


class TermKind(StrEnum):
    """How to read the years of a post-mortem right."""

    FIXED = "fixed"
    FIXED_THEN_USE_IT_OR_LOSE_IT = "fixed_then_use_it_or_lose_it"
    """Afterwards it goes on while the likeness is used, and ends when it is not."""
    FIXED_OR_EARLIER_NON_USE = "fixed_or_earlier_non_use"
    """It ends before its years are over when the likeness is not used."""
    FIXED_TWO_TIER = "fixed_two_tier"
    """`years` for anybody, `max_years` where the persona had commercial value."""
    FIXED_SUIT_BAR = "fixed_suit_bar"
    """The years bar suits; the right itself may outlast them."""
    FIXED_THEN_RENEWABLE = "fixed_then_renewable"
    """Renewed on notice and proof of use, at most until `max_years`."""
    LIMIT_ON_SOME_CLAIMANTS = "limit_on_some_claimants"
    """The years bind some who may act; others are not limited."""
    NO_STATED_LIMIT = "no_stated_limit"
    UNSETTLED = "unsettled"
    NONE = "none"
    NONE_REPORTED = "none_reported"
    NONE_BUT_RELATIVES_ACTION = "none_but_relatives_action"

    @property
    def has_years(self) -> bool:
        return self not in {TermKind.NO_STATED_LIMIT, TermKind.UNSETTLED}

    @property
    def is_none(self) -> bool:
        """No right after death is reported. Other claims (relatives, trademarks, copyright) may remain."""
        return self in {TermKind.NONE, TermKind.NONE_REPORTED, TermKind.NONE_BUT_RELATIVES_ACTION}


class AppliesBy(StrEnum):
    """What makes a law apply to a performer. Where it is unknown, both domicile and place of use count."""

    USE_IN_STATE = "use_in_state"
    APPARENTLY_REGARDLESS_OF_DOMICILE = "apparently_regardless_of_domicile"
    DOMICILE_AT_DEATH = "domicile_at_death"
    USE_IN_STATE_OR_DOMICILE_AT_DEATH = "use_in_state_or_domicile_at_death"
    DOMICILE_OR_RESIDENCE = "domicile_or_residence"
    RESIDENCE_OR_DEATH_OR_PROBATE_IN_STATE = "residence_or_death_or_probate_in_state"
    NATIONAL = "national"
    UNKNOWN = "unknown"


class RegistrationDuty(StrEnum):
    """What registering a claim with the state is good for."""

    REQUIRED_BEFORE_CLAIM = "required_before_claim"
    DAMAGES_BARRED_BEFORE_REGISTRATION = "damages_barred_before_registration"
    OPTIONAL_BUT_NEEDED_IN_FIRST_YEAR = "optional_but_needed_in_first_year"
    WAIVER_IF_NOT_REGISTERED_WITHIN_6_MONTHS = "waiver_if_not_registered_within_6_months"
    RENEWAL_NOTICE = "renewal_notice"
    NONE_SEEN = "none_seen"
    NONE = "none"
    UNKNOWN = "unknown"

    @property
    def warning(self) -> str:
        """Say what not having registered costs; nothing where registering is not asked for."""
        return _REGISTRATION_WARNINGS.get(self, "")


_REGISTRATION_WARNINGS = {
    RegistrationDuty.REQUIRED_BEFORE_CLAIM: "no claim can be made before it is registered",
    RegistrationDuty.DAMAGES_BARRED_BEFORE_REGISTRATION: "there are no damages for use before it is registered",
    RegistrationDuty.OPTIONAL_BUT_NEEDED_IN_FIRST_YEAR: (
        "in the first year after the death the right can be exercised only under a registered claim"
    ),
    RegistrationDuty.WAIVER_IF_NOT_REGISTERED_WITHIN_6_MONTHS: (
        "a claim is waived unless it is registered within six months of learning of an unwanted use"
    ),
}


class ConsentThreshold(StrEnum):
    """Whose consent a post-mortem right needs, where several hold it."""

    MORE_THAN_HALF = "more_than_half"
    AT_LEAST_51_PERCENT_REPORTED = "at_least_51_percent_reported"
    EXECUTOR_OR_ADMINISTRATOR = "executor_or_administrator"
    AUTHORIZED_OR_EXECUTOR_ELSE_SPOUSE_ELSE_HALF_OF_HEIRS = (
        "authorised_licensee_or_executor_else_spouse_else_heirs_with_at_least_half"
    )
    ANY_ONE_OF_SPOUSE_AND_CHILDREN = "any_one_of_spouse_and_children"
    SURVIVING_CONSORT_ELSE_NEXT_OF_KIN = "surviving_consort_else_next_of_kin"
    RELATIVES = "relatives"
    RELATIVES_AND_HEIRS_BOTH = "relatives_and_heirs_both"
    NAMED_PERSON_ELSE_RELATIVES = "named_person_else_relatives"
    SPOUSE_CHILDREN_PARENTS_ELSE_CLOSE_RELATIVES = "spouse_children_parents_else_close_relatives"
    RIGHT_HOLDER = "right_holder"
    NONE = "none"
    UNKNOWN = "unknown"
