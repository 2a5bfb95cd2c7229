"""The text-mode till: keyboard and scanner in, painted screens out, nothing of selling inside.

``launch`` is the way in; ``door`` says what a till must answer; ``paint``, ``views`` and ``pages``
make screens without knowing Textual, and so can a plugin.
"""
