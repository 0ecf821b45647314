# an abbreviation stands for the name and the name for the abbreviation, and via says so
note    p1 n1 2150-01-02 "Progress note" "PMH: COPD."
note    p2 n1 2150-01-02 "Progress note" "She has chronic obstructive pulmonary disease."
ask     p1 "chronic obstructive pulmonary disease"
expect  verdict=present via=abbreviation quote=COPD names~COPD
ask     p2 "COPD"
expect  verdict=present mentions=1
ask     p1 "COPD"
expect  verdict=present via=exact
