select upload from chunk group by upload having max(at) < :#before
