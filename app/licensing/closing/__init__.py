"""What must happen around and after the end of a license: its calendar of duties, and the proof of what was done.

The calendar follows from the terms in force at the end and from the end itself, however it came: by the term,
earlier by agreement, or by termination. It is planned when the license becomes active and anew whenever its end
moves. How a duty stands follows from the clock whenever somebody asks; jobs only announce it.

Whoever received copies destroys them. Where a license is assigned, the licensee before destroys what was delivered
to it, counted from the assignment; the assignee answers for what was delivered to it, counted from the end.
Suspension moves no day: it stops uses, not duties. A termination ends the time to sell off and to wind down, so
that the destruction of copies is counted from it.
"""
