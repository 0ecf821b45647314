# a denial without a date takes nothing back
note    p1 n1 2150-01-02 "Progress note" "She has acute pancreatitis."
note    p1 n2 "" "Progress note" "No acute pancreatitis."
ask     p1 "acute pancreatitis"
expect  verdict=present basis=confirmed bases=confirmed,denied
