# a value, a drug or a procedure that points to a condition nobody names leaves it uncertain
note    p1 n1 2150-01-02 "Progress note" "Labs: K 6.1, Na 138. On metformin. Mother takes levothyroxine."
note    p1 n2 2150-02-02 "Progress note" "Potassium 4.2. Lisinopril was stopped. No warfarin. Allergies: allopurinol. If K > 6 call."
ask     p1 "hyperkalemia"
expect  verdict=uncertain basis=indication_only evidence.#=1 quote="K 6.1" via=proxy evidence_class=indication
expect  note=n1 probability=0.4 p_present=0.4 rounds.2.kind=indications rounds.2.names~"potassium > 5.5" complete=true
ask     p1 "diabetes mellitus"
expect  verdict=uncertain basis=indication_only quote=metformin
# another person's drug, a normal value, an allergy point to nothing
ask     p1 "hypothyroidism"
expect  verdict=not_mentioned evidence.#=0 complete=true
ask     p1 "hyponatremia"
expect  verdict=not_mentioned
ask     p1 "gout"
expect  verdict=not_mentioned
# what stands among the allergies points to that allergy, and nowhere else to one
note    p2 n1 2150-01-02 "Progress note" "ALLERGIES: Zorbicillin (rash). No latex.\n\nMEDICATIONS: aspirin 81 mg daily."
ask     p2 "is she allergic to zorbicillin?"
expect  verdict=uncertain basis=indication_only quote=Zorbicillin via=proxy probability=0.4
ask     p2 "zorbicillin allergy"
expect  verdict=uncertain basis=indication_only
ask     p2 "aspirin allergy"
expect  verdict=not_mentioned
ask     p2 "latex allergy"
expect  verdict=not_mentioned
note    p3 n1 2150-01-02 "Progress note" "ALLERGIES: Zorbicillin (tolerates xanacef). Food: none."
ask     p3 "zorbicillin allergy"
expect  verdict=uncertain basis=indication_only
ask     p3 "xanacef allergy"
expect  verdict=not_mentioned
ask     p3 "food allergy"
expect  verdict=not_mentioned
# a name longer than any sign of ours, and one without a word
ask     p3 condition="allergic to aaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccc ddddddddddddddddddd eeeeeeeeeeeeeeeeeee ffffffffffffffff"
expect  verdict=not_mentioned rounds.2.kind=indications rounds.2.names~"eeeeeee ffffffffffffffff$"
note    p4 n1 2150-01-02 "Progress note" "No complaints."
ask     p4 condition="& allergy"
expect  status=200 verdict=not_mentioned
# where the condition is named, nothing else counts
note    p1 n3 2150-03-02 "Progress note" "No hyperkalemia today."
ask     p1 "hyperkalemia"
expect  verdict=absent basis=denied evidence.#=1 via=exact
