"""Why the ledger refused."""

from app.values.errors import DomainError


class ReferenceTaken(DomainError):
    """An entry with this reference exists and says something else."""

    code = "ledger_reference_taken"


class AlreadyReversed(DomainError):
    """An entry is reversed at most once, and a reversal not at all."""

    code = "ledger_entry_already_reversed"
