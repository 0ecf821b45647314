# a scope compares days: a time of day does not push a note out of its day
note    p1 n1 2150-01-02T23:59:00Z "Progress note" "She has gout."
note    p1 n2 2150-01-03T00:00:00+02:00 "Progress note" "She denies gout."
note    p1 n3 "" "Progress note" "Gout, undated."
ask     p1 "gout" as_of=2150-01-02
expect  evidence.note~n1 evidence.note!~n2
ask     p1 "gout" from=2150-01-03 to=2150-01-03
expect  evidence.note~n2 evidence.note!~n1
ask     p1 "gout"
expect  mentions=3
