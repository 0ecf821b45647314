# the same note twice in one body: the last one stands
ingest  <<END
{"patient":"p1","note_id":"n1","text":"She has gout."}
{"patient":"p1","note_id":"n2","text":"She walked."}
{"patient":"p1","note_id":"n1","text":"She denies gout."}
{"patient":"p1","note_id":"n2","text":"She walked."}
END
expect  accepted=4 rejected=0
get     p1
expect  notes_total=2
get     p1 n1
expect  body="She denies gout."
ask     p1 "gout"
expect  verdict=absent mentions=1
