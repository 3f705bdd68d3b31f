delete from entity where deleted and lwt < :#before
