"""Check-ins: systems that use a license report that they are still there, as often as the deal asks for it.

How late one may be is a rule of the decision (`rules/checkins.py`); this folder keeps who reported when. The
instant of the last one stands in the license itself, so that a decision reads one row.
"""
