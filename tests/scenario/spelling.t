# a slip of the keyboard in the chart is found in a wider round and never silently
start   model=none
note    p1 n1 2150-01-02 "Progress note" "History of pheochromcytoma."
ask     p1 "pheochromocytoma"
expect  verdict=present via=spelling quote=pheochromcytoma names~pheochromcytoma
ask     p1 "pheochromocytoma" spelling=false
expect  verdict=not_mentioned
# where the name stands no other spelling is tried
note    p2 n1 2150-01-02 "Progress note" "Known pheochromocytoma. History of pheochromcytoma."
ask     p2 "pheochromocytoma"
expect  mentions=1 via=exact
# two slips are a hint
note    p3 n1 2150-01-02 "Progress note" "History of pheochrmocitoma."
ask     p3 "pheochromocytoma"
expect  verdict=uncertain via=spelling
# another word that a lexicon knows is no slip: hypotension for hypertension, never for fever
note    p4 n1 2150-01-02 "Progress note" "She has hypotension and was never well."
ask     p4 "hypertension"
expect  verdict=not_mentioned
ask     p4 "fever"
expect  verdict=not_mentioned
# no word under five letters
note    p5 n1 2150-01-02 "Progress note" "He has goot."
ask     p5 "gout"
expect  verdict=not_mentioned
