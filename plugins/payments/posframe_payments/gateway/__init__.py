"""Payments by a gateway over HTTP: cards at its readers, wallets by a code the customer scans."""
