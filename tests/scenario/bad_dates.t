# dates that are none are rejected, an empty one is none
ingest  <<END
{"patient":"p1","note_id":"a","text":"x","date":"2150-02-31"}
{"patient":"p1","note_id":"b","text":"x","date":"2150-13-01"}
{"patient":"p1","note_id":"c","text":"x","date":"2150-1-1"}
{"patient":"p1","note_id":"d","text":"x","date":"2150-01-01T25:00:00Z"}
{"patient":"p1","note_id":"e","text":"x","date":"2150-02-28"}
{"patient":"p1","note_id":"f","text":"x","date":""}
{"patient":"p1","note_id":"g","text":"x","date":"2150"}
END
expect  accepted=2 rejects.line=1,2,3,4,7
