# a replaced note changes the answer and its offsets, and the old text is gone
note    p1 n1 2150-01-02 "Progress note" "She has gout."
ask     p1 "gout"
expect  verdict=present start=8 end=12
replace p1 n1 2150-01-02 "Progress note" "Seen in the clinic today. She denies gout."
ask     p1 "gout"
expect  verdict=absent basis=denied start=37 end=41 mentions=1 notes_total=1
get     p1 n1
expect  body="Seen in the clinic today. She denies gout."
kill -9
start
ask     p1 "gout"
expect  verdict=absent start=37 mentions=1
replace p1 n1 2150-02-03 "Nursing" "Seen in the clinic today. She denies gout."
ask     p1 "gout"
expect  date=2150-02-03 type=Nursing
