# a qualifier that was asked for and does not stand there is shown, and decides only a denial
note    p1 n1 2150-01-02 "Progress note" "Echo: zorbic stenosis."
ask     p1 "severe zorbic stenosis"
expect  verdict=uncertain mentions=1 evidence.0.partial.0=severe quote="zorbic stenosis"
note    p2 n1 2150-01-02 "Progress note" "No zorbic stenosis."
ask     p2 "severe zorbic stenosis"
expect  verdict=absent basis=denied evidence.0.partial.0=severe
# it stands behind
note    p3 n1 2150-01-02 "Progress note" "Zorbic stenosis, severe."
ask     p3 "severe zorbic stenosis"
expect  verdict=present evidence.0.partial=missing quote="Zorbic stenosis, severe"
# the opposite is no mention
note    p4 n1 2150-01-02 "Progress note" "She has right zorb pain."
ask     p4 "left zorb pain"
expect  verdict=not_mentioned mentions=0
note    p5 n1 2150-01-02 "Progress note" "She has bilateral zorb pain."
ask     p5 "left zorb pain"
expect  verdict=present
note    p6 n1 2150-01-02 "Progress note" "Chronic zorb failure."
ask     p6 "acute zorb failure"
expect  verdict=not_mentioned
# masks stand close to words: the condition without its qualifier is longer than with it
ask     p6 "severe a___b___c___d___e___f___g___h___i___j___k___l"
expect  verdict=not_mentioned names.1.text="a ___ b ___ c ___ d ___ e ___ f ___ g ___ h ___ i ___ j ___ k ___ l"
