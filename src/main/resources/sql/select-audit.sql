select number, at, who, origin, request, action, collection, domain, id, fields
from audit
where (cast(:#everything as boolean) or domain = :#scope or domain like :#below)
    and (:#who = '' or who = :#who)
    and (:#origin = '' or origin = :#origin)
    and (:#request = '' or request = :#request)
    and (:#action = '' or action = :#action)
    and (:#collection = '' or collection = :#collection)
    and (:#domain = '' or domain = :#domain)
    and (:#id = '' or id = :#id)
    and at >= :#since and at < :#until
order by number desc
limit :#limit offset :#offset
