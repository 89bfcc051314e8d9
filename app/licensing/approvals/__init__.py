"""The licensor approves one thing that the licensee wants to do: asked for, answered, or decided by silence.

Two kinds of deal terms ask for it: a stage of the work (script, sample, final), which goes with every yes as an
obligation, and an action in a phase of the survival matrix, for which a decision says no until it is approved.
"""
