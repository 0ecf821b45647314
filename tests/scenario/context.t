# a context holds the passages within its budget, in order of date, and says what had no room
note    p1 n1 2150-01-02 "Progress note" "Slept well. Concern for gout of the left foot. Walks with a stick."
note    p1 n2 2150-01-05 "Consult" "Crystals seen in the left knee: gout is confirmed by aspiration of the joint today."
note    p1 n3 2150-01-06 "Progress note" "Crystals seen in the left knee: gout is confirmed by aspiration of the joint today."
note    p1 n4 2150-03-01 "Progress note" "No gout. Her brother has gout. Eats well."
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"question\":\"history of gout?\"}"
expect  passages.#=3 passages.0.id=c1 passages.0.note=n1 passages.1.note=n2 passages.2.note=n4 evidence=missing
expect  passages.0.text~"^Slept well. Concern for gout of the left foot. Walks with a stick.$" passages.0.start=0 passages.0.mentions.0.stance=suspected
expect  passages.2.mentions.#=2 left_out.mentions=0 left_out.copies=1 left_out.notes.#=0 budget=2000 tokens<200 tokens_by=estimate
expect  text~"^.c1. 2150-01-02 . Progress note . n1:0-66\nSlept" text~"c2. 2150-01-05 . Consult" verdict=uncertain contradictions.#=1
# the best of each stance first; what has no room is counted, by note
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"budget\":90}"
expect  passages.#=1 left_out.mentions=3 left_out.in_notes=2 left_out.notes.#=2 tokens<=90 text~"Left out for lack of room: 3 mentions in 2 notes, 2150-01-0"
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"budget\":180,\"token_scale\":2}"
expect  passages.#=1 tokens<=180
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"budget\":50}"
expect  tokens<=50 left_out.mentions=4
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"asthma\"}"
expect  verdict=not_mentioned passages.#=0 text~"^Not mentioned under .* names; 4 of 4 notes searched"
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"budget\":49}"
expect  status=400 error~budget
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"token_scale\":0}"
expect  status=400 error~token_scale
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"token_scale\":4,\"budget\":199}"
expect  status=400 error~"50 times"
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"token_scale\":\"1\"}"
expect  status=400 error~token_scale
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"questions\":[\"gout\"]}"
expect  status=400
http POST /v1/patients/p2/context "Content-Type: application/json" body="{\"condition\":\"gout\"}"
expect  status=404
