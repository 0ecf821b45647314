# half a head and half a body are answered 408 and closed when their time is over
start   head_deadline_ms=1000 query_deadline_ms=1000
note    p1 n1 "" "" "She has gout."
slow    head 20
slow    gone 408
slow    body 20
slow    gone 408
ask     p1 "gout"
expect  verdict=present
