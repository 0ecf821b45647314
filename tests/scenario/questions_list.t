# a list of questions gets an NDJSON answer each, in order, from one revision
note    p1 n1 2150-01-02 "Progress note" "She has gout. No angina. Possible pneumonia."
ask     p1 "gout" "angina" "pneumonia" "asthma"
expect  status=200 headers.content-type~ndjson rows.#=4
expect  rows.condition=gout,angina,pneumonia,asthma rows.verdict=present,absent,uncertain,not_mentioned
ask     p1 "gout"
expect  headers.content-type=application/json verdict=present
