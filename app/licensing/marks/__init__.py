"""Marks: media stamped through C2PA with the license they were made under, and what a file says when read back.

A *mark* is a signed manifest inside a picture, a recording or a film that names the license. It is signed by a key
of this service whose certificate stands under the service's own published root. What a mark says is a hint: whether
the license stands is for the service to say, when it is asked. Nothing here is watermarking: whoever encodes a file
anew loses its mark.
"""
