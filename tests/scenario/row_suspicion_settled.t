# a suspicion that a later note denies is absent, denied
note    p1 n1 2150-01-02 "Progress note" "Possible pulmonary embolism, CT ordered."
note    p1 n2 2150-01-03 "Radiology" "IMPRESSION: No pulmonary embolism."
ask     p1 "pulmonary embolism"
expect  verdict=absent basis=denied mentions=2
