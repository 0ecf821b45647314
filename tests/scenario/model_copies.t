# the model reads a copied place once; past its limit of windows the rules alone judge, and the answer says so
attach  stack=2
many    p1 30 "He has gout."
ask     p1 "gout"
expect  verdict=present mentions=30 scorer.windows=1 scorer.not_scored=0 evidence.29.disagree~"true|false"
