select data from chunk where upload = :#upload and number = :#number
