# a timeline has the mentions by day with what they say, copies with what they copy
note    p1 n0 "" "Nursing" "Gout, says the referral."
note    p1 n1 2150-01-02 "Progress note" "Concern for gout of the left foot."
note    p1 n2 2150-01-05 "Consult" "Crystals seen in the left knee: gout is confirmed by aspiration of the joint today."
note    p1 n3 2150-01-06 "Progress note" "Crystals seen in the left knee: gout is confirmed by aspiration of the joint today."
note    p1 n4 2150-01-07T10:00:00Z "Progress note" "Crystals seen in the left knee: gout is confirmed by aspiration of the joint today."
note    p1 n5 2150-02-01 "Progress note" "Her brother has gout. She has gout as well."
note    p1 n6 2150-03-01 "Progress note" "No gout."
http POST /v1/patients/p1/timeline "Content-Type: application/json" body="{\"question\":\"history of gout?\"}"
expect  condition=gout mentions=8 independent=6 timeline.#=5 spans.#=3
expect  timeline.0.date=null timeline.0.says=affirmed
expect  timeline.1.date=2150-01-02 timeline.1.says=suspected timeline.1.entries.0.stance=suspected
expect  timeline.2.date=2150-01-05 timeline.2.entries.#=1 timeline.2.entries.0.copies=2 timeline.2.entries.0.last_copied=2150-01-07
expect  timeline.2.entries.0.quote=gout timeline.2.entries.0.note=n2
expect  timeline.3.date=2150-02-01 timeline.3.says=affirmed timeline.3.entries.#=2 timeline.3.entries.0.stance=other_person
expect  timeline.4.says=denied timeline.4.entries.0.superseded=false
expect  spans.0.says=suspected spans.1.says=affirmed spans.1.from=2150-01-05 spans.1.to=2150-02-01 spans.1.days=2 spans.1.mentions=3
expect  contradictions.#=1 contradictions.0.denied.note=n6 search.complete=true evidence=missing
ask     p1 "history of gout?"
expect  mentions=8 independent=6
# the best ones alone, in order of date
http POST /v1/patients/p1/timeline "Content-Type: application/json" body="{\"condition\":\"gout\",\"evidence_limit\":0}"
expect  timeline.#=5 timeline.3.entries.#=0 timeline.3.withheld=2
http POST /v1/patients/p1/timeline "Content-Type: application/json" body="{\"condition\":\"gout\",\"to\":\"2150-01-03\"}"
expect  timeline.#=1 spans.#=1
http POST /v1/patients/p1/timeline "Content-Type: application/json" body="{\"condition\":\"asthma\"}"
expect  verdict=not_mentioned timeline.#=0 spans.#=0
http POST /v1/patients/p1/timeline "Content-Type: application/json" body="{\"questions\":[\"gout\",\"asthma\"]}"
expect  rows.#=2 rows.1.verdict=not_mentioned
http POST /v1/patients/p2/timeline "Content-Type: application/json" body="{\"condition\":\"gout\"}"
expect  status=404
http POST /v1/patients/p1/timeline "Content-Type: application/json" body="{\"value\":\"INR\"}"
expect  status=400
