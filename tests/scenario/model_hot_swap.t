# models change under load: every answer is whole and of one model
many    p1 60 "He has gout. %w"
attach  stack=2 seed=1
load    2 ask p1 "gout"
attach  stack=2 seed=2
attach  stack=2 seed=3
http    DELETE /v1/model
attach  stack=2 seed=4 d=32
attach  damaged 700
expect  status=422
attach  stack=2 seed=5 mask=1
join
expect  statuses=200 verdicts=present mentions=60
