# a negated mention does not count as present
note    p1 n1 2150-01-02 "Progress note" "No evidence of pulmonary embolism."
note    p1 n2 2150-01-03 "Progress note" "Walked in the hall."
ask     p1 "history of pulmonary embolism?"
expect  verdict=absent basis=denied assertion=absent negation=negated note=n1 mentions=1 complete=true probability<0.2
keep    before
kill -9
start
ask     p1 "history of pulmonary embolism?"
same    before
