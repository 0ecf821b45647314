# ids with slashes, blanks and other alphabets work in paths, answers and lists
note    "p/07 ä" "n/1 ?#%+é漢" 2150-01-02 "Progress note" "She has gout."
note    "p/07 ä" "../.." 2150-01-03 "Progress note" "No gout."
ask     "p/07 ä" "gout"
expect  patient="p/07 ä" evidence.note~"n/1 ." mentions=2
get     "p/07 ä" "n/1 ?#%+é漢"
expect  body="She has gout."
get     "p/07 ä" "../.."
expect  body="No gout."
notes   "p/07 ä"
expect  rows.#=2 rows.0.note="n/1 ?#%+é漢"
delete  "p/07 ä" "n/1 ?#%+é漢"
ask     "p/07 ä" "gout"
expect  verdict=absent mentions=1 note="../.."
