"""The short way to a decision, for game clients and servers that ask at every start.

It stands before the app and answers what is plain: a good key, a use that can be read, a license that the party of
the key may see. Key, license and standing are read afresh, in one small statement on the bare driver; kept are only
terms, which cannot change, by their hash, and what follows from them and the values of a fresh row. The rule is the
one of `licensing.rules`, the shapes are those of `licensing.schemas`. Whatever is not plain goes on to the ordinary
route, which explains itself.
"""
