"""Who is asking, and for which party: users, sign-in, sessions, API keys, memberships.

A user is a person who signs in. A party (see `app.parties`) is who they act for. An actor is the two together,
for one request.
"""
