# the query language: operators, NEAR, prefix, regex, synonyms, filters; errors name the column
note    p1 n1 2150-01-02 "Progress note" "FAMILY HISTORY:\nGout in his mother.\n\nPLAN:\nAllopurinol 300 mg for tophaceous gout of the left foot."
note    p1 n2 2150-02-03 "Consult" "Acute myocardial infarction ruled out. Nephrology follows; nephritis unlikely."
note    p1 n3 2150-02-04 "Nursing" "Slept well. No pain."
search  p1 "gout AND NOT nephr*"
expect  hits.#=1 note=n1 matches.#=2
search  p1 "nephr* OR pain"
expect  hits.#=2 complete=true
search  p1 "gout NEAR/2 foot"
expect  hits.#=0
search  p1 "foot NEAR/3 gout"
expect  hits.#=1 start=77
search  p1 "section:family_history gout"
expect  hits.#=1 matches.#=1 start=16
search  p1 "/\\d+ mg/"
expect  hits.#=1 start=55 end=61
search  p1 "MI"
expect  hits.#=0
search  p1 "~MI"
expect  hits.#=1 note=n2 start=6 end=27
search  p1 "MI" synonyms=true
expect  hits.#=1 note=n2
search  p1 "type:nursing date:2150-02..2150-03"
expect  hits.#=1 note=n3 matches.#=0
search  p1 "date:2150-03 OR pain AND NOT type:consult"
expect  hits.#=1 note=n3
search  p1 "gout AND"
expect  status=400 error~"column 9: expected a word"
search  p1 "gout dx:tophus"
expect  status=400 error~"column 6: no such field"
