# a note that looks identified is taken in, and the summary says what and where, never the text
ingest  <<END
{"patient":"p1","note_id":"n1","text":"She has gout. Call 617-555-0123."}
{"patient":"p1","note_id":"n2","text":"Seen 5/2/2143 with Dr. [**Last Name**]."}
END
expect  status=200 accepted=2 phi.notes=1 phi.found.phone=1 phi.places.#=1
expect  phi.places.note_id=n1 phi.places.type=phone phi.places.start=19 phi.places.bytes=12 body!~555
ask     p1 "gout"
expect  verdict=present
