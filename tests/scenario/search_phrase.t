# a quoted phrase is found across a line break, and not where its words stand apart
note    p1 n1 2150-01-02 "Progress note" "Chronic kidney\ndisease, stage 3."
note    p1 n2 2150-01-03 "Progress note" "The kidney is fine; chronic disease of the lung."
search  p1 "\"chronic kidney disease\""
expect  hits.#=1 note=n1 start=0 end=22 matches.#=1
search  p1 "chronic kidney"
expect  hits.#=2 complete=true
search  p1 "stage lung" any=true
expect  hits.#=2
search  p1 "stage lung"
expect  hits.#=0
