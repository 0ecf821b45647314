# a flipped bit in a note's record is an error or complete:false, for every question on that chart
note    p1 uniquenoteid 2150-01-02 "Progress note" "She has gout."
note    p2 n1 2150-01-02 "Progress note" "She has gout."
damage  near "uniquenoteid" +2
ask     p1 "gout"
honest
ask     p1 "nothing like it"
honest
get     p1 uniquenoteid
expect  status>=404
ask     p2 "gout"
expect  verdict=present complete=true
term
check   damaged
