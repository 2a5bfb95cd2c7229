"""The conformance kit for drivers: what every one must do, proved against its simulator.

::

    kit            Kit: what a driver's author tells the suite
    workbench      a driver and its twin on a line in this process, for tests of one's own
    suite          the points, by what they are about
    kits           the kits of the drivers that come with posframe

Run it on a driver of your own with::

    pytest --pyargs posframe.testing.hal --posframe-driver=my_package.kit:KIT
"""
