"""The conformance kit for drivers: what every one must do, proved against its simulator.

Run it on a driver of your own with::

    pytest --pyargs posframe.testing.hal --posframe-driver=my_package.kits:KIT
"""
