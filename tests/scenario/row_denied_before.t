# a denial that came before the affirmation takes nothing back
note    p1 n1 2150-01-02 "Progress note" "No evidence of acute pancreatitis."
note    p1 n2 2150-01-05 "Progress note" "She has acute pancreatitis."
ask     p1 "acute pancreatitis"
expect  verdict=present basis=confirmed note=n2 bases=confirmed,denied mentions=2
