select s.now, e.collection, e.domain, e.id, e.uniq, e.body, e.ct, e.lwt, e.version, e.deleted
from (select cast(pg_current_snapshot() as text) as now) s
left join entity e
    on e.tx >= pg_snapshot_xmin(cast(:#mark as pg_snapshot))
    and not pg_visible_in_snapshot(e.tx, cast(:#mark as pg_snapshot))
