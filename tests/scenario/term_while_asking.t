# SIGTERM while clients ask: every answer is whole, and the daemon ends cleanly
many    p1 200 "She has gout. %w"
load    6 ask p1 "gout"
term
join
expect  answers>=6 verdicts=present mentions=200
check
start
ask     p1 "gout"
expect  mentions=200
