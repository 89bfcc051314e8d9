"""What a signed deal makes due on which days: parts of the fee and of the advance.

The plan is made with the license, and anew with each change of its deal: what was asked for by then stays, a part
that the change leaves out lapses. Whether a part is due or overdue follows from the clock whenever somebody asks;
the job only asks the licensee for the money and writes the mails.

A part that is overdue does not stop a running license: only its licensor can, by suspending or terminating it. What
fell due up to the instant of a termination, that instant included, stays owed; what would fall due later lapses.
"""
