# kill -9 loses no acknowledged note and changes no answer
ingest  fixtures/charts/p01.ndjson
ingest  fixtures/charts/p09.ndjson
ingest  fixtures/charts/p11.ndjson
ask     p01 "pulmonary embolism" "myocardial infarction" "gout"
keep    p01
ask     p11 "sepsis" "pneumonia"
keep    p11
patients
keep    patients
kill -9
start
patients
same    patients
ask     p01 "pulmonary embolism" "myocardial infarction" "gout"
same    p01
ask     p11 "sepsis" "pneumonia"
same    p11
kill -9
check
