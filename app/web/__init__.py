"""Pages for people, one folder per audience; they call the same services as the API.

`storefront` is open to everybody, `account` to whoever signed in, `licensee` and `licensor` to the two sides of a
deal, `backoffice` to administrators. Each folder's `blueprint.py` shows all its addresses on one screen; the other
files hold the pages, one small file per group. A page that may not be seen looks like one that does not exist.
"""
