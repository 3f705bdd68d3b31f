insert into entity (collection, domain, id, uniq, body, ct, lwt, version, deleted)
values (:#collection, :#domain, :#id, :#uniq, :#body, :#ct, :#lwt, :#version, :#deleted)
