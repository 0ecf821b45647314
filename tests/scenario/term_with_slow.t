# SIGTERM closes idle and half-sent connections and ends cleanly
start   drain_ms=200
note    p1 n1 "" "" "She has gout."
slow    head 10
slow    body 10
slow    ingest 2
term
slow    gone
check
