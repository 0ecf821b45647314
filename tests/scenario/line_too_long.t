# a line over the limit is one reject; the rest is taken
start   max_ingest_line=256
ingest  <<END
{"patient":"p1","note_id":"n1","text":"She has gout."}
{"patient":"p1","note_id":"n2","text":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
{"patient":"p1","note_id":"n3","text":"She denies angina."}
END
expect  status=200 lines=3 accepted=2 rejected=1 rejects.line=2
ask     p1 "angina"
expect  verdict=absent notes_total=2
