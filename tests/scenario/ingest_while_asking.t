# answers during an ingest are each of one revision, and never go back
many    p1 30 "She has gout. %w"
load    3 ask p1 "gout" evidence_limit=3
ingest  fixtures/charts/p01.ndjson chunked
background ingest fixtures/charts/p11.ndjson
ingest  fixtures/charts/p09.ndjson
replace p1 n0001 2150-01-02 "Progress note" "She walked."
join
expect  statuses=200 verdicts=present answers>=3
ask     p1 "gout"
expect  mentions=29
