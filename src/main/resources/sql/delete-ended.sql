delete from entity
where collection = :#collection and domain = :#domain and id = :#id and deleted and lwt < :#ct
