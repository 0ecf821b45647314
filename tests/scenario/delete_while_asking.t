# deleting notes while they are asked for: every answer is of one revision
many    p1 60 "She has gout. %w"
load    4 ask p1 "gout"
delete  p1 n0001
delete  p1 n0002
delete  p1 n0003
join
expect  statuses=200 verdicts=present
ask     p1 "gout"
expect  mentions=57 evidence.note!~n0001
