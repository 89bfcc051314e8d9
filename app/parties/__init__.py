"""Who is who: performers, the parties that hold or take rights, and the authority of one to act for the other.

A performer is the person whose likeness it is. A party (estate, agent, studio, brand) is who acts and is paid.
A representation says which components of a performer a party may license, where and until when; it counts once an
administrator has verified it. Beneficiaries share what an estate earns.
"""
