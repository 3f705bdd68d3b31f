update entity set tx = default where tx >= pg_snapshot_xmax(pg_current_snapshot())
