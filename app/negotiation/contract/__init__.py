"""The executed contract of a deal: one immutable document, and one file made from it that people read.

The document is canonical JSON with its SHA-256, written in the transaction that signs. The PDF says the same in
plain words and carries the document as an attachment; it is made once and its bytes are kept, so that whoever holds
a copy can have it checked for ever.
"""
