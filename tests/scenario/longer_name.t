# a name inside a longer name of something else is no mention
note    p1 n1 2150-01-02 "Progress note" "She has non-Hodgkin's lymphoma."
ask     p1 condition="Hodgkin lymphoma"
expect  verdict=not_mentioned
ask     p1 "non-Hodgkin lymphoma"
expect  verdict=present
note    p2 n1 2150-01-02 "Progress note" "Central diabetes insipidus. Heat stroke in 2140. Pulmonary hypertension. Had a flu\nshot."
ask     p2 "diabetes"
expect  verdict=not_mentioned
ask     p2 "diabetes mellitus"
expect  verdict=not_mentioned
ask     p2 "stroke"
expect  verdict=not_mentioned
ask     p2 "hypertension"
expect  verdict=not_mentioned
ask     p2 "influenza"
expect  verdict=not_mentioned
ask     p2 "diabetes insipidus"
expect  verdict=present
ask     p2 "hypertension" lexicons=[]
expect  verdict=present
note    p3 n1 2150-01-02 "Progress note" "Diabetes insipidus and diabetes mellitus type 2."
ask     p3 "diabetes"
expect  verdict=present mentions=1
note    p20 n1 2150-01-02 "Progress note" "She has irritable bowel syndrome and an electrolyte imbalance. Hyperactive bowel sounds."
ask     p20 "irritability"
expect  verdict=not_mentioned
ask     p20 "balance problem"
expect  verdict=not_mentioned
ask     p20 "hyperactivity"
expect  verdict=not_mentioned
# what is not the very same condition
note    p21 n1 2150-01-02 "Progress note" "CT shows a renal abscess. A feeding tube was placed."
ask     p21 "perinephric abscess"
expect  verdict=not_mentioned
ask     p21 "gastrostomy"
expect  verdict=uncertain
