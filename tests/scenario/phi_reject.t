# a type that the config says to reject keeps its note out, others go in
start   phi_policy="flag ssn=reject"
ingest  <<END
{"patient":"p1","note_id":"n1","text":"Gout. SSN 123-45-6789"}
{"patient":"p1","note_id":"n2","text":"No angina. Fax 617-555-0123"}
END
expect  status=200 accepted=1 rejected=1 rejects.0.line=1 rejects.0.error~"ssn at byte 10" body!~6789
expect  phi.found.ssn=1 phi.found.fax=1
get     p1
expect  notes_total=1
