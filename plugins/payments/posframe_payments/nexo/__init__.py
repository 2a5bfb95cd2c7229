"""Card terminals that speak nexo Retailer (Sale-to-POI 3.0) in JSON over local HTTPS.

``message`` and ``reading`` are the protocol, ``envelope`` its encryption, ``outcomes`` what an
answer means, ``line`` the wire, ``provider`` what the kernel asks. Facts are from the published
documents of the nexo Sale-to-POI protocol 3.0 and of Adyen's Terminal API, which is nexo with an
envelope of its own; what is Adyen's is marked so.
"""
