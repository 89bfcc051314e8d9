"""The names of the accounts: paths that say whose money it is. Each exists once per currency."""


def stripe_balance() -> str:
    """What lies with the payment provider for the platform, available or on its way. An asset."""
    return "platform/stripe_balance"


def processor_fees() -> str:
    """What the payment provider kept for its service. An expense."""
    return "platform/processor_fees"


def platform_fees() -> str:
    """What the platform has earned: its share of fees and royalties. Income, so it holds a negative amount."""
    return "platform/platform_fees"


def licensee_receivable(party_id: str) -> str:
    """What a licensee owes: it rises when money falls due and falls when money comes in."""
    return f"licensee/{party_id}/receivable"


def licensor_payable(party_id: str) -> str:
    """What is owed to an estate and not yet stated to its beneficiaries. Holds a negative amount."""
    return f"licensor/{party_id}/payable"


def beneficiary_payable(party_id: str) -> str:
    """What is owed to one beneficiary and not yet sent. Holds a negative amount."""
    return f"beneficiary/{party_id}/payable"
