# values of a test come back dated, in order, with the bytes that say so; goals and other people's do not
note    p1 n1 2150-01-02 "Progress note" "Echo: EF of 25-30 %. BP 82/40. Goal EF > 50 %.\nFAMILY HISTORY: Father had an EF of 20 %."
note    p1 n2 2150-03-02 "Progress note" "LVEF improved to 45 percent. Ejection fraction not repeated."
note    p1 n3 2149-01-02 "Echo" "Left ventricular ejection fraction (by echo) 0.35"
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"value\":\"ejection fraction\"}"
expect  status=200 test="ejection fraction" usual_unit=% found=3 values.#=3 complete=true goals=1 other_people=1
expect  values.0.note=n3 values.0.low=0.35 values.0.usual_low=35 values.0.unit=null
expect  values.1.note=n1 values.1.quote="EF of 25-30 %" values.1.low=25 values.1.high=30 values.1.unit=% values.1.start=6 values.1.end=19
expect  values.2.note=n2 values.2.quote="LVEF improved to 45 percent" values.2.relation==
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"value\":\"bp\"}"
expect  found=1 values.0.low=82 values.0.second_low=40 values.0.note=n1
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"value\":\"EF\",\"from\":\"2150-01-01\",\"evidence_limit\":1}"
expect  found=2 values.#=1 values.0.note=n1
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"value\":\"potassium\"}"
expect  status=200 found=0 values.#=0 complete=true
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"value\":\"EF\",\"question\":\"gout?\"}"
expect  status=400
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"value\":7}"
expect  status=400
http    POST /v1/patients/p9/ask "Content-Type: application/json" body="{\"value\":\"EF\"}"
expect  status=404
