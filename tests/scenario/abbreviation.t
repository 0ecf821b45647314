# an abbreviation stands for the name and the name for the abbreviation, and via says so
note    p1 n1 2150-01-02 "Progress note" "PMH: COPD."
note    p2 n1 2150-01-02 "Progress note" "She has chronic obstructive pulmonary disease."
ask     p1 "chronic obstructive pulmonary disease"
expect  verdict=present via=abbreviation quote=COPD names~COPD
ask     p2 "COPD"
expect  verdict=present mentions=1
ask     p1 "COPD"
expect  verdict=present via=exact
# a note that spells an abbreviation out as another thing does not speak of the condition
note    p7 n1 2150-01-02 "Progress note" "Seen at the UC (urgent care) on Main Street. UC sent him home."
note    p7 n2 2150-01-03 "Progress note" "Seen by the cardio thoracic surgery (CTS). CTS to see again."
note    p7 n3 2150-01-04 "Progress note" "Known CAD (coronary artery dz), stable."
ask     p7 "ulcerative colitis"
expect  verdict=not_mentioned
ask     p7 "carpal tunnel syndrome"
expect  verdict=not_mentioned
ask     p7 "coronary artery disease"
expect  verdict=present
