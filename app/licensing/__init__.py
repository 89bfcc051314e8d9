"""Licenses in force: may this be done now, prove it, hand out the files, and say when it is over.

Expiry is never stored. It follows from the term and the clock whenever somebody asks, so that no job has to run for
an expired license to be refused; jobs only announce what has become true.
"""
