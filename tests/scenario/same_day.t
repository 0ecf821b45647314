# on one day a denial takes back only where both notes have a time
note    p1 n1 2150-01-02T08:00:00Z "Progress note" "She has acute pancreatitis."
note    p1 n2 2150-01-02T18:00:00Z "Progress note" "No acute pancreatitis."
ask     p1 "acute pancreatitis"
expect  verdict=uncertain basis=conflicting
note    p2 n1 2150-01-02 "Progress note" "She has acute pancreatitis."
note    p2 n2 2150-01-02 "Progress note" "No acute pancreatitis."
ask     p2 "acute pancreatitis"
expect  verdict=present basis=confirmed
