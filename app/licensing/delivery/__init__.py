"""Hand out files: deliveries, which are the record of who got which file when, and the ways to fetch one.

A delivery is fetched with the licensee's key, on a page, or by a link: a signed address that needs no key.
Whichever way, the license is asked at every request, for every range, and again and again while an answer is under
way. A link ends with its own time at the latest; it never outlives the license, the licensor's authority or the API
key that made it. Nothing of a license for hosted use leaves at all.
"""
