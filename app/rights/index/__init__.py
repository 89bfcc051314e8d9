"""A compact picture of offers and of what is taken, to search the whole catalog by: sets of codes as bits.

It is kept beside the rows it pictures and holds nothing of its own: `rebuild` makes it anew. It serves to leave
out early what is certainly not free; what remains is judged by the rules, on the rows themselves.
"""
