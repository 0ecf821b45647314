# kill -9 in the middle of an ingest leaves an index that is sound and answers
start   ingest_window_ms=600000
many    p1 50 "She has gout. %w"
slow    ingest 2
slow    waiting
kill -9
check
start
ask     p1 "gout"
expect  verdict=present mentions=50
