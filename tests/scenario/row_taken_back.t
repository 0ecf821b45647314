# an affirmation that a later note takes back is uncertain, conflicting
note    p1 n1 2150-01-02 "Progress note" "She has acute pancreatitis."
note    p1 n2 2150-01-05 "Progress note" "Lipase normal; there is no acute pancreatitis."
ask     p1 "acute pancreatitis"
expect  verdict=uncertain basis=conflicting probability<=0.5 mentions=2 complete=true
expect  contradictions.#=1 contradictions.0.affirmed.note=n1 contradictions.0.denied.note=n2
