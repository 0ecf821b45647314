# types and sections leave out notes and places
note    p1 n1 2150-01-02 "Progress note" "PAST MEDICAL HISTORY:\nGout.\n\nFAMILY HISTORY:\nFather had asthma."
note    p1 n2 2150-01-03 "Nursing" "Denies gout."
ask     p1 "gout" types="progress note"
expect  verdict=present mentions=1 note=n1 notes_in_scope=1
ask     p1 "gout" types=nursing
expect  verdict=absent mentions=1 note=n2
ask     p1 "gout" types=nursing,"progress note"
expect  mentions=2
ask     p1 "gout" types=radiology
expect  verdict=not_mentioned notes_in_scope=0
ask     p1 "gout" sections=past_medical_history
expect  verdict=present mentions=1 section=past_medical_history
ask     p1 "asthma" sections=past_medical_history
expect  mentions=0
ask     p1 "asthma" sections=family_history,past_medical_history
expect  verdict=absent basis=family_only mentions=1
