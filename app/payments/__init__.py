"""Money in and out through Stripe: charges, connected accounts, transfers. The only folder that knows Stripe.

A charge is what a payer owes under a `reference`, a name of the business such as `license/lic_.../fee`; what it
stands for is not known here. A connected account is where a party is paid; a transfer moves money there out of
one charge. Everything asked of Stripe is written first (`outbox`), everything heard from it is stored first
(`inbox`) and then looked up, so that neither a crash nor a lost or doubled message pays twice or forgets.
"""
