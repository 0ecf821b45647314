# a screen has a row for each patient in id order, each as ask would say it, then a summary
note    p3 n1 2150-01-03 "Nursing" "Slept well."
note    p1 n1 2150-01-02 "Progress note" "Gout of the left foot."
note    p2 n1 2150-01-01 "Consult" "No gout."
http POST /v1/screen "Content-Type: application/json" body="{\"question\":\"any history of gout?\"}"
expect  rows.#=5 rows.0.screen.condition=gout rows.0.screen.patients=3
expect  rows.1.patient=p1 rows.1.verdict=present rows.1.evidence.#=1 rows.1.evidence.0.quote=Gout
expect  rows.2.patient=p2 rows.2.verdict=absent rows.2.basis=denied
expect  rows.3.patient=p3 rows.3.verdict=not_mentioned rows.3.basis=none_found rows.3.complete=true rows.3.mentions=0
expect  summary.decided=3 summary.present=1 summary.absent=1 summary.not_mentioned=1 summary.complete=true
# after upkeep the third is answered without its chart, in the same words
http POST /v1/admin/compact "Content-Type: application/json" body="{}"
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\"}"
expect  rows.1.opened=true rows.3.opened=false rows.3.verdict=not_mentioned rows.3.notes_total=1 rows.3.complete=true
expect  rows.0.screen.candidates=2 summary.opened=2
# a slip that stands anywhere in the index is looked for everywhere
note    p3 n2 2150-01-03 "Nursing" "Known pheochromcytoma."
http POST /v1/admin/compact "Content-Type: application/json" body="{}"
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"pheochromocytoma\",\"verdicts\":[\"present\"]}"
expect  rows.#=3 rows.1.patient=p3 rows.1.evidence.0.via=spelling rows.0.screen.candidates=1
# one whose last note is deleted is no patient any more
delete  p3
http POST /v1/screen "Content-Type: application/json" body="{\"condition\":\"gout\",\"patients\":[\"p3\",\"p1\",\"p1\"]}"
expect  rows.#=4 rows.1.patient=p1 rows.2.patient=p3 rows.2.problem.status=404 summary.problems=1 summary.decided=2
