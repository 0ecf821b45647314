# from, to and as_of leave out notes, and the counts say so
note    p1 n1 2150-01-02 "Progress note" "She has gout."
note    p1 n2 2150-02-02 "Progress note" "There is no gout."
note    p1 n3 2150-03-02 "Progress note" "She has gout again."
ask     p1 "gout"
expect  mentions=3 notes_in_scope=3
ask     p1 "gout" as_of=2150-01-31
expect  verdict=present mentions=1 note=n1
ask     p1 "gout" as_of=2150-02-02
expect  verdict=uncertain basis=conflicting mentions=2
ask     p1 "gout" from=2150-02-01 to=2150-02-28
expect  verdict=absent basis=denied mentions=1 note=n2 notes_in_scope=1
ask     p1 "gout" from=2150-03-02
expect  verdict=present mentions=1 note=n3
ask     p1 "gout" from=2151-01-01
expect  verdict=not_mentioned mentions=0 notes_in_scope=0 notes_total=3
