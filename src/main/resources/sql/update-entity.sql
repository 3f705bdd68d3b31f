update entity
set uniq = :#uniq, body = :#body, lwt = :#lwt, version = :#version, deleted = :#deleted, tx = default
where collection = :#collection and domain = :#domain and id = :#id and version = :#former and not deleted
