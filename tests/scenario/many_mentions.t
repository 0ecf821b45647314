# more mentions than the memory of a request holds: a refusal that says so, whichever array does not fit
start   request_memory=80K
many    p1 40 "Cough. Cough and cough. Cough, cough; cough. No cough."
ask     p1 "cough"
expect  status=413
term
start   request_memory=150K
ask     p1 "cough"
expect  status=413
term
start   request_memory=250K
ask     p1 "cough"
expect  status=413
term
start   request_memory=4M
ask     p1 "cough"
expect  status=200 verdict=present mentions=280
