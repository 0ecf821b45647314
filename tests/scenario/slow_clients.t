# clients that send half a head, half a body or half an ingest do not hold up others
start   head_deadline_ms=600000 query_deadline_ms=600000 ingest_window_ms=600000
many    p1 200 "She has gout. %w"
slow    head 100
slow    body 100
slow    ingest 2
slow    waiting
ask     p1 "gout"
expect  verdict=present mentions=200
search  p1 "gout" limit=3
expect  hits.#=3
get     p1 n0007
expect  status=200
stats
expect  connections>=203
slow    waiting
