"""The exception report: what of a journal a manager should look at, and why. Reads, never writes.

``noting`` reads rows, ``signs`` says what happened, ``rules`` what is worth a look, ``scoring`` how
much of it there was, ``report`` shows it. A sign is no proof: each has honest reasons too.
"""
