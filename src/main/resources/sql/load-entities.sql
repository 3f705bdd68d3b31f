select domain, id, uniq, body, ct, lwt, version
from entity
where collection = :#collection and not deleted and (domain > :#domain or domain = :#domain and id > :#id)
order by domain, id
limit 1000
