# a deadline that passes is 504, never an answer
many    p1 2500 "She may have gout, and possible gout, and no gout; her father had gout. %w"
ask     p1 "gout" deadline_ms=1
expect  status=504 body!~not_mentioned body!~verdict
ask     p1 "nothing of the kind" deadline_ms=60000
expect  verdict=not_mentioned
ask     p1 "gout" deadline_ms=60000 evidence_limit=5
expect  status=200 mentions=10000 evidence.#=5
