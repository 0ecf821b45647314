# a screen stops at its limit, and its cursor gives the rest
note    p1 n1 2150-01-02 "Progress note" "Gout of the left foot."
note    p2 n1 2150-01-01 "Consult" "No gout."
note    p3 n1 2150-01-03 "Nursing" "Slept well."
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\",\"limit\":2}"
expect  rows.#=4 summary.complete=false summary.why=limit summary.cursor=p2 summary.decided=2
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\",\"cursor\":\"p2\"}"
expect  rows.#=3 rows.1.patient=p3 summary.complete=true
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\",\"verdicts\":[\"absent\"],\"limit\":1}"
expect  rows.#=3 rows.1.patient=p2 summary.decided=2 summary.present=1
http POST /v1/screen "Content-Type: application/json" body="{\"question\":\"gout or stroke?\"}"
expect  status=400 error~"two conditions"
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\",\"patients\":[]}"
expect  status=400
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\",\"limit\":0}"
expect  status=400 error~limit
