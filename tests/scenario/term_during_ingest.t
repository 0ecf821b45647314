# SIGTERM during an ingest: what was there stays, the daemon ends cleanly, sending again completes it
start   ingest_batch=1K
many    p1 30 "She has gout. %w"
load    2 ask p1 "gout" evidence_limit=2
background ingest fixtures/charts/p11.ndjson
term
join
expect  mentions=30 verdicts=present
check
start
ingest  fixtures/charts/p11.ndjson
expect  rejected=0 replaced=0
get     p11
expect  complete=true
