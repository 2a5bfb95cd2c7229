"""ZVT, the language of card terminals in Germany, Austria and Switzerland.

Bytes in, facts out, nothing waits and nothing is decided here: a terminal's word is passed on, and
whether money moved is for the kernel to judge. `dialogue` is the door; below it stand the lines
(`framing`, `serial_line`), the messages (`commands`, `messages`) and their parts.

Sources: the protocol's tables as published by Portalum.Zvt (MIT); what no device has confirmed yet
is said so where it stands.
"""
