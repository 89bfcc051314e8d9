"""The counterfactual: what terms come to if so much is sold, and what a proposal would change in that.

Projections are made by the account that bills (`rules.reckoning`), are shown to the two sides only and never kept.
"""
