"""What authors test their plugins with.

::

    ports        ManualClock, CountingIds: a day that stands still and is the same every time
    tills        make_till, quiet_ports, memory_catalogue: a till in a folder, with a few goods
    shop_day     ShopDay: what a cashier, a printer and an idle till do, from a seed
    lives        Shop, Life: a till on a crash disk, with a record of what it answered when
    crash_disk   CrashDisk: a disk that loses its power, or fails where a test says
    power_cuts   check_cuts: what must hold after a power cut at any write, truncate or sync
    disk_faults  check_disk_fault: what was told after a failed sync, write or read is true

Import from these modules. To cut the power under a plugin of one's own, make a ``Shop`` that names
it, a ``Life`` in it, live a ``ShopDay`` with its commands, and ``check_cuts`` at ``cut_points``.
"""
