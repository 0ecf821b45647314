# denied goes before family, family before hypothetical, and all are listed
note    p1 n1 2150-01-02 "Progress note" "FAMILY HISTORY: Father had colon cancer."
note    p1 n2 2150-01-03 "Progress note" "Denies colon cancer."
note    p1 n3 2150-01-04 "Discharge summary" "Call us if you are ever diagnosed with colon cancer."
ask     p1 "colon cancer"
expect  verdict=absent basis=denied bases~denied bases~family_only bases~hypothetical_only mentions=3
delete  p1 n2
ask     p1 "colon cancer"
expect  verdict=absent basis=family_only mentions=2
delete  p1 n1
ask     p1 "colon cancer"
expect  verdict=absent basis=hypothetical_only mentions=1
