# clients that read nothing of a long list do not hold up others
start   out_high_water=64K write_stall_ms=600000 query_deadline_ms=600000 ingest_min_rate=0
many    p1 4000 "She has gout."
slow    reader 40 p1
ask     p1 "gout" evidence_limit=1
expect  verdict=present mentions=4000 evidence.#=1
parallel 4 ask p1 "gout" evidence_limit=2
expect  mentions=4000
stats
expect  connections>=41
