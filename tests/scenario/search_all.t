# all charts are searched at once, each hit says whose it is; scores are of the whole index
note    p1 n1 2150-01-02 "Progress note" "Gout of the left foot."
note    p2 n1 2150-01-01 "Consult" "No gout. Podagra denied."
note    p3 n1 2150-01-03 "Nursing" "Slept well."
http POST /v1/search "Content-Type: application/json" body="{\"query\":\"gout NOT podagra\"}"
expect  hits.#=1 patient=p1 search.patients_total=3 complete=true start=0 end=4
http POST /v1/search "Content-Type: application/json" body="{\"query\":\"gout OR date:2150-01-03\"}"
expect  hits.#=3 search.notes_searched=3 complete=true
delete  p2
http POST /v1/search "Content-Type: application/json" body="{\"query\":\"gout\"}"
expect  hits.#=1 patient=p1 search.patients_total=2
http POST /v1/search "Content-Type: application/json" body="{\"query\":\"gout (\"}"
expect  status=400 error~"column 7: expected a word"
