# gzip, zstd and chunked bodies store the same notes
ingest  fixtures/charts/p02.ndjson gzip
expect  status=200 rejected=0
ingest  fixtures/charts/p02.ndjson zstd
expect  status=200 added=0 replaced=0
ingest  fixtures/charts/p02.ndjson chunked
expect  status=200 added=0 replaced=0
ingest  fixtures/charts/p02.ndjson
expect  status=200 added=0 replaced=0
ask     p02 "pheochromocytoma"
expect  mentions>0 complete=true
