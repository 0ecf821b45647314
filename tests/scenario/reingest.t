# the same notes again change nothing: counts, revision and answers stay
ingest  fixtures/charts/p01.ndjson
expect  status=200 rejected=0 replaced=0 unchanged=0
ask     p01 "myocardial infarction"
keep    answer
stats
keep    stats
ingest  fixtures/charts/p01.ndjson
expect  added=0 replaced=0 rejected=0
ask     p01 "myocardial infarction"
same    answer
stats
same    stats but daemon
