"""Outgoing webhooks: both sides of a license learn over HTTP what happens to it.

They follow Standard Webhooks: headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
A delivery is written in the transaction of what it tells and sent after the commit, until the receiver answers 2xx
or it has been tried for three days. Its id follows from the event alone: whatever is sent twice, the receiver sees
one id. Nothing here is a permission; whether a license may be used is for the decision to say.
"""
