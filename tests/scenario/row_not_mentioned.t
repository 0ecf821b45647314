# what is nowhere is not_mentioned, and the answer lists every name that was looked for
note    p1 n1 2150-01-02 "Progress note" "Walked in the hall."
note    p1 n2 2150-01-03 "Progress note" "Slept well."
ask     p1 "history of myocardial infarction?"
expect  verdict=not_mentioned basis=none_found probability=0 mentions=0 evidence.#=0 complete=true
expect  condition="myocardial infarction" names~"^myocardial infarction$" names~"^MI$"
expect  notes_total=2 notes_in_scope=2 notes_searched=2 search.rounds.#>=1
