# a word cut by a hyphen at the end of a line is found, with the span of both halves
note    p1 n1 2150-01-02 "Progress note" "She has pneu-\nmonia. She has hypo-\r\nthyroidism.\n- gout\n* asthma\n1. COPD"
ask     p1 "pneumonia" "hypothyroidism" "gout" "asthma" "COPD"
expect  rows.verdict=present,present,present,present,present
expect  rows.0.evidence.quote="pneu-\nmonia" rows.1.evidence.quote="hypo-\r\nthyroidism"
