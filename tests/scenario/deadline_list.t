# a deadline that passes in the middle of a list of questions is 504 for all of it
many    p1 2500 "She may have gout, and possible gout, and no gout; her father had gout. %w"
ask     p1 "asthma" "gout" "asthma" deadline_ms=5
expect  status=504 body!~not_mentioned
