# kill -9 during ingests: what was there stays, the index is sound, and sending again completes it
start   ingest_batch=1K
many    p1 30 "She has gout. %w"
load    2 ask p1 "gout" evidence_limit=2
background ingest fixtures/charts/p11.ndjson
kill -9
join
expect  mentions=30 verdicts=present
check
start
ask     p1 "gout"
expect  mentions=30 complete=true
ingest  fixtures/charts/p11.ndjson
expect  rejected=0 replaced=0
ask     p11 "pneumonia"
keep    answer
term
start
delete  p11
ingest  fixtures/charts/p11.ndjson
ask     p11 "pneumonia"
same    answer but index_revision
