# a deleted note is gone from answers, searches and lists; a deleted patient is unknown
note    p1 n1 2150-01-02 "Progress note" "She has gout."
note    p1 n2 2150-01-03 "Progress note" "She walked."
note    p2 n1 2150-01-03 "Progress note" "She has gout."
delete  p1 n1
expect  status=200 notes_deleted=1
ask     p1 "gout"
expect  verdict=not_mentioned mentions=0 notes_total=1
search  p1 "gout"
expect  hits.#=0
get     p1 n1
expect  status=404
notes   p1
expect  rows.note=n2
delete  p1 n1
expect  status=404
kill -9
start
ask     p1 "gout"
expect  verdict=not_mentioned
delete  p1
ask     p1 "gout"
expect  status=404 code=NOTFOUND
patients
expect  rows.patient=p2
ask     p2 "gout"
expect  verdict=present
note    p1 n1 2150-01-02 "Progress note" "No gout."
ask     p1 "gout"
expect  verdict=absent notes_total=1
