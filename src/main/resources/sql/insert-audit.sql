insert into audit (at, who, origin, request, action, collection, domain, id, fields)
values (:#at, :#who, :#origin, :#request, :#action, :#collection, :#domain, :#id, :#fields)
