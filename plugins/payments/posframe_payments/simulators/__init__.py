"""Payment devices and gateways in software, and the ledger that knows what they truly did.

Written from the tables of each protocol; none imports the code it is there to test.
"""
