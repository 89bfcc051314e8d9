"""The ledger: double entry, append-only. It counts money and knows nothing of licenses or payment providers.

An entry is one business fact and holds postings. A posting moves a positive amount from one account, which is
credited, to another, which is debited. An account belongs to one currency. What an account holds is what came
in less what went out: positive for what is there or is owed to the platform, negative for what it owes.
Nothing is ever changed; a mistake is reversed by an entry of its own.
"""
