"""The panel of ``posframe sim bench``: devices in software beside a running till, by keys."""
