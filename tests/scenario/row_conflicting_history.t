# what is taken back stays present where another mention says that it is history
note    p1 n1 2150-01-02 "Progress note" "She has acute pancreatitis."
note    p1 n2 2150-01-05 "Progress note" "No acute pancreatitis."
note    p1 n3 2150-01-06 "Progress note" "PMH: history of acute pancreatitis in 2139."
ask     p1 "acute pancreatitis"
expect  verdict=present basis=conflicting mentions=3
