insert into chunk (upload, number, at, data) values (:#upload, :#number, :#at, :#data)
