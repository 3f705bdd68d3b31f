delete from chunk where upload = :#upload
