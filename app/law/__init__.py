"""Law as data, applied to performers and uses: how long a right lasts after death, and what consent a use needs.

The tables themselves are values (`app.values.law`). Here stand what an operator overrides in them and why, the
facts that only records can give (registered claims, evidence of use), and the questions asked of both. Not legal
advice: every finding carries its citation and says whether a lawyer must confirm it.
"""
