"""The question for avails over the whole catalog: the index drops what is certainly not free, the rules decide."""
