# bad lines are rejected by number with a reason that holds no text; the good ones are stored
ingest  <<END
{"patient":"p1","note_id":"n1","text":"She has gout."}
{"patient":"p1","note_id":"n2","text":"secretive
{"patient":"p1","note_id":3,"text":"secretive"}
{"patient":"p1","note_id":"n4","text":"secretive\xff\xfe"}
{"patient":"p1","note_id":"n5"}

{"patient":"p1","note_id":"n7","text":"secretive","date":"last spring"}
{"patient":"p1","note_id":"","text":"secretive"}
{"patient":"p1","note_id":"n9","text":"a","text":"secretive"}
["secretive"]
{"patient":"p1","note_id":"n11","text":"No angina."}
END
expect  status=200 accepted=2 rejected=8 rejects.line=2,3,4,5,7,8,9,10 body!~secretive
expect  rejects.2.error~UTF-8 rejects.2.error~byte
get     p1
expect  notes_total=2
ask     p1 "angina"
expect  verdict=absent complete=true
