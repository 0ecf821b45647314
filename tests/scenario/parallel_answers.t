# the same question on many connections at once gets the same answer
start   workers=4
ingest  fixtures/charts/p11.ndjson
parallel 24 ask p11 "pneumonia"
expect  status=200 complete=true
keep    one
ask     p11 "pneumonia"
same    one
