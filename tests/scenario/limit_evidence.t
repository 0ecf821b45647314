# evidence_limit shortens the list and nothing else
many    p1 12 "Seen on day %i, gout of toe %i."
ask     p1 "gout"
keep    whole
ask     p1 "gout" evidence_limit=3
expect  evidence.#=3 mentions=12 verdict=present
same    whole but evidence
ask     p1 "gout" evidence_limit=0
expect  evidence.#=0 mentions=12 verdict=present
