"""Kinds of parties and documents, and the life of a representation."""

from enum import StrEnum

from app.parties.errors import IllegalVerification


class PartyKind(StrEnum):
    """What a party is to the trade."""

    PERFORMER = "performer"
    """A living performer, or the company that lends them out."""
    ESTATE = "estate"
    HEIR = "heir"
    TRUST = "trust"
    CHARITY = "charity"
    AGENT = "agent"
    STUDIO = "studio"
    BRAND = "brand"
    OPERATOR = "operator"
    """Runs this marketplace."""


class DocumentKind(StrEnum):
    """What proves authority."""

    LETTERS_TESTAMENTARY = "letters_testamentary"
    """A court's appointment of the executor named in a will."""
    LETTERS_OF_ADMINISTRATION = "letters_of_administration"
    """A court's appointment of an administrator where no will names an executor."""
    CERTIFICATION_OF_TRUST = "certification_of_trust"
    COURT_ORDER = "court_order"
    AGENCY_AGREEMENT = "agency_agreement"
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIANSHIP_ORDER = "guardianship_order"
    """A court's appointment of a guardian, or the proof of being a parent."""
    TRANSFER = "transfer"
    """A will, deed or contract that passed the right on: to an heir, a trust, a charity."""
    SIGNED_CONSENT = "signed_consent"
    """The performer's own written and signed consent."""


class Capacity(StrEnum):
    """In which capacity a holder acts: as owner of the right, or on behalf of one."""

    PERFORMER = "performer"
    """The person themselves, or the company that lends them out."""
    EXECUTOR = "executor"
    ADMINISTRATOR = "administrator"
    """Of an estate without an executor; not an administrator of the marketplace."""
    TRUSTEE = "trustee"
    HEIR = "heir"
    ASSIGNEE = "assignee"
    """A trust, charity or company to which the right passed."""
    GUARDIAN = "guardian"
    """Of a minor."""
    AGENT = "agent"
    ATTORNEY = "attorney"
    """Under a power of attorney."""

    @property
    def is_delegated(self) -> bool:
        """Whether it acts for a principal and owns nothing itself."""
        return self in {Capacity.AGENT, Capacity.ATTORNEY}

    @property
    def ends_at_death(self) -> bool:
        return self in {Capacity.PERFORMER, Capacity.GUARDIAN, Capacity.ATTORNEY}

    @property
    def follows_death(self) -> bool:
        """Whether nobody can have it while the performer lives."""
        return self in {Capacity.EXECUTOR, Capacity.ADMINISTRATOR, Capacity.HEIR}

    @property
    def administers_estate(self) -> bool:
        """Whether a court or a will put the estate into these hands; such an office may come without a share."""
        return self in {Capacity.EXECUTOR, Capacity.ADMINISTRATOR}

    @property
    def proofs(self) -> frozenset[DocumentKind]:
        """The kinds of documents of which one at least must prove it."""
        return _PROOFS[self] if self.is_delegated else _PROOFS[self] | {DocumentKind.COURT_ORDER}


_PROOFS = {
    Capacity.PERFORMER: frozenset({DocumentKind.SIGNED_CONSENT}),
    Capacity.EXECUTOR: frozenset({DocumentKind.LETTERS_TESTAMENTARY}),
    Capacity.ADMINISTRATOR: frozenset({DocumentKind.LETTERS_OF_ADMINISTRATION}),
    Capacity.TRUSTEE: frozenset({DocumentKind.CERTIFICATION_OF_TRUST}),
    Capacity.HEIR: frozenset({DocumentKind.TRANSFER}),
    Capacity.ASSIGNEE: frozenset({DocumentKind.TRANSFER}),
    Capacity.GUARDIAN: frozenset({DocumentKind.GUARDIANSHIP_ORDER}),
    Capacity.AGENT: frozenset({DocumentKind.AGENCY_AGREEMENT}),
    Capacity.ATTORNEY: frozenset({DocumentKind.POWER_OF_ATTORNEY}),
}


class QuorumKind(StrEnum):
    """Who of several holders of a right must license it. Where nobody knows the rule, all must."""

    ALL = "all"
    ANY_ONE = "any_one"
    """Each may license alone, but not exclusively: that takes all."""
    EXECUTOR_ONLY = "executor_only"
    """The executor or administrator decides, whatever the shares."""
    MORE_THAN_HALF = "more_than_half"
    """By share. Exactly half is not more than half."""


class AuthorityEventKind(StrEnum):
    """What happened to the authority over a performer's likeness."""

    RECORDED = "recorded"
    DOCUMENTED = "documented"
    VERIFIED = "verified"
    REFUSED = "refused"
    """The documents did not prove it."""
    FAILED_AS_OF = "failed_as_of"
    """It turned out not to have existed from a date on."""
    RESTORED = "restored"
    SUPERSEDED = "superseded"
    CONSENTED = "consented"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    QUORUM_SET = "quorum_set"
    PERFORMER_DIED = "performer_died"


class RepresentationStatus(StrEnum):
    """How far the proof of authority has come. Dates are not status: see `Representation`."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    """The documents did not prove it, or it turned out later not to have existed from a date on."""
    SUPERSEDED = "superseded"
    """A newer representation of the same components by the same holder took its place."""

    @property
    def is_authority(self) -> bool:
        return self is RepresentationStatus.VERIFIED


class RepresentationAction(StrEnum):
    VERIFY = "verify"
    FAIL = "fail"
    SUPERSEDE = "supersede"
    FAIL_AS_OF = "fail_as_of"
    """Find, after it was verified, that it did not exist from a date on."""
    RESTORE = "restore"
    """Take a failure as of a date back."""


TRANSITIONS = {
    (RepresentationStatus.PENDING, RepresentationAction.VERIFY): RepresentationStatus.VERIFIED,
    (RepresentationStatus.PENDING, RepresentationAction.FAIL): RepresentationStatus.FAILED,
    (RepresentationStatus.VERIFIED, RepresentationAction.SUPERSEDE): RepresentationStatus.SUPERSEDED,
    (RepresentationStatus.VERIFIED, RepresentationAction.FAIL_AS_OF): RepresentationStatus.FAILED,
    (RepresentationStatus.SUPERSEDED, RepresentationAction.FAIL_AS_OF): RepresentationStatus.FAILED,
    (RepresentationStatus.FAILED, RepresentationAction.RESTORE): RepresentationStatus.VERIFIED,
}


def next_status(status: RepresentationStatus, action: RepresentationAction) -> RepresentationStatus:
    """Return the status that follows. Raises: IllegalVerification."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalVerification(
            f"This representation is {status.value}; record a new one with its documents instead."
        ) from None
