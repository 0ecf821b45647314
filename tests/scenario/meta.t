# what a note came with comes back with it
ingest  <<END
{"patient":"p1","note_id":"n1","text":"She has gout.","date":"2150-01-02T10:00:00Z","type":"Consult","encounter":"77","author_role":"nurse","ward":"7W","shift":{"n":3}}
END
expect  accepted=1
get     p1 n1 meta
expect  note=n1 date=2150-01-02T10:00:00Z type=Consult encounter=77 author_role=nurse meta.ward=7W meta.shift.n=3
ask     p1 "gout"
expect  type=Consult date=2150-01-02T10:00:00Z
