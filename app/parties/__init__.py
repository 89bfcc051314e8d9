"""Who is who: performers, the parties that hold or take rights, and the authority of one to act for the other.

A performer is the person whose likeness it is. A party (estate, agent, studio, brand) is who acts and is paid.
A representation is one link in the chain of authority: in which capacity a party stands over which components,
where and until when, as owner of a share or as agent under a principal; it counts once an administrator has
verified it. What a licensor may license at an instant follows from all links, the consents of co-holders and the
quorum rule (`rules/authority.py`). Beneficiaries share what an estate earns.
"""
