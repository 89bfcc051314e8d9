"""Likeness packages: what is offered of a performer, in which parts and within which limits, and at what prices.

A package has components (face, voice, behavior), each with its own consents, media, territory and files. It is
edited as a draft, submitted for review and found in the catalog once listed. The catalog does not know what is
still free to be licensed; that is `app.rights`.
"""
