# a damaged chart that may hold it is incomplete in a screen, as in ask; the others are answered
note    p1 n1 2150-01-02 "Progress note" "Gout of the left foot, a xanthogranuloma."
note    p2 n1 2150-01-01 "Consult" "No gout."
damage  near "xanthogran" +2
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\"}"
expect  rows.1.patient=p1 rows.1.verdict=uncertain rows.1.basis=incomplete rows.1.complete=false
expect  rows.2.verdict=absent rows.2.complete=true summary.complete=true
# where the cohort index itself is damaged nobody is left out
note    p3 n1 2150-01-03 "Nursing" "Slept well, no pseudohypoaldosteronism."
http POST /v1/admin/compact "Content-Type: application/json" body="{}"
damage  near "pseudohypoaldosteronism" +4
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\"}"
expect  rows.0.screen.candidates=3 summary.opened=3 rows.2.verdict=absent
expect  rows.3.opened=true rows.3.verdict=uncertain rows.3.basis=incomplete
