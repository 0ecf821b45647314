# a full quota is 507 and keeps what was stored before
start   max_db_bytes=320K ingest_batch=1K
note    p1 n1 2150-01-02 "Progress note" "She has gout."
ingest  fixtures/charts/p01.ndjson
expect  status=507 code=FULL
ask     p1 "gout"
expect  verdict=present complete=true
