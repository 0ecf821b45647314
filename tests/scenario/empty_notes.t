# an empty note and a note of blanks count as searched
note    p1 n1 2150-01-02 "Progress note" ""
note    p1 n2 2150-01-03 "Progress note" " \n\t "
ask     p1 "gout"
expect  verdict=not_mentioned complete=true notes_total=2 notes_searched=2
get     p1 n1
expect  status=200 bytes=0
