"""Values: money, terms, territories, media and rights blocks. Pure: no framework, no clock, no database.

Two values with the same content are the same value. What cannot be made from its input is refused with
`InvalidValue` and a sentence; nothing here is corrected silently.
"""
