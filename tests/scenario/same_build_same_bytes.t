# the same notes in another order and other batches answer the same
ingest  fixtures/charts/p01.ndjson
ask     p01 "pulmonary embolism" "myocardial infarction"
keep    whole
term
start   ingest_batch=1K
delete  p01
ingest  fixtures/charts/p01.ndjson chunked
ask     p01 "pulmonary embolism" "myocardial infarction"
same    whole but index_revision
