# where no name stands, the condition in another word order is found in a wider round; words thrown together are a hint
note    p1 n1 2150-01-02 "Progress note" "She has zorboma of the lower quadrum."
ask     p1 "quadrum zorboma"
expect  verdict=present mentions=1 via=inflection quote="zorboma of the lower quadrum"
ask     p1 "zorboma of the quadrum"
expect  verdict=present mentions=1 via=inflection
note    p2 n1 2150-01-02 "Progress note" "The quadrum was soft. No sign of zorboma was seen in the stomach."
ask     p2 "quadrum zorboma"
expect  verdict=not_mentioned mentions=0
note    p3 n1 2150-01-02 "Progress note" "Zorboma was looked for and the quadrum was soft."
ask     p3 "quadrum zorboma"
expect  verdict=uncertain via=ranked
note    p4 n1 2150-01-02 "Progress note" "There is left and right zorbial enlargement."
ask     p4 "left zorbial enlargement"
expect  verdict=present mentions=1 via=inflection quote="left and right zorbial enlargement"
note    p5 n1 2150-01-02 "Progress note" "Quadrum and glossal zorbitis."
ask     p5 "quadrum zorbitis"
expect  verdict=present mentions=1 via=inflection
# the head may stand in front in a list
note    p6 n1 2150-01-02 "Progress note" "PMH: Zorboma, quadrum."
ask     p6 "quadrum zorboma"
expect  verdict=present
