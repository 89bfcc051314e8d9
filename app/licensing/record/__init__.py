"""The public record of a license: what anybody may read of it who has its id, for instance from a QR code.

It says whether the license stands at the instant of asking, and of its terms what both sides agreed to be public
(`public_record` of the terms in force), nothing else. It proves nothing beyond that: whether a use may be made is
for the decision to say.
"""
