"""What a QR code says that a customer pays by: text only, built and read back.

`emvco` for wallets, `epc` for transfers in euros (GiroCode), `swiss` for the Swiss QR-bill. All
three only ask for money: none tells that it came. That is for the bank or a person to say.
"""
