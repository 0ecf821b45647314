# a flipped bit in a note's text never looks like not_mentioned
note    p1 n1 2150-01-02 "Progress note" "The one finding was xanthogranuloma."
note    p1 n2 2150-01-03 "Progress note" "She walked."
note    p2 n1 2150-01-02 "Progress note" "She has gout."
ask     p1 "xanthogranuloma"
expect  verdict=present
damage  near "xanthogran" +3
ask     p1 "xanthogranuloma"
honest
ask     p1 "gout"
honest
ask     p2 "gout"
expect  verdict=present complete=true
term
check   damaged
start
ask     p1 "xanthogranuloma"
honest
