"""Law and guild rules as data: how long a right lasts after death, what consent a use needs, what tax is withheld.

Not legal advice. Every row carries its citation, how it was seen, and whether a lawyer, a guild office or a tax
adviser must confirm it; whatever speaks for a row shows all three. The rows stand in `data/`, whose README explains
the columns.
"""
