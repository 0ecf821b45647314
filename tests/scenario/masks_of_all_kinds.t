# masks of all dialects may stand for a word of a name, and never make it certain
note    p1 n1 2150-01-02 "Progress note" "She has acute [**Last Name (NamePattern1) 12**] arthropathy."
note    p2 n1 2150-01-02 "Progress note" "She has acute ___ arthropathy."
note    p3 n1 2150-01-02 "Progress note" "She has acute **NAME[AAA] arthropathy."
note    p4 n1 2150-01-02 "Progress note" "She has acute *** arthropathy."
ask     p1 condition="acute Charcot arthropathy"
expect  mask_overlap=true verdict=uncertain basis=suspected_only
ask     p2 condition="acute Charcot arthropathy"
expect  mask_overlap=true verdict=uncertain basis=suspected_only
ask     p3 condition="acute Charcot arthropathy"
expect  mask_overlap=true verdict=uncertain basis=suspected_only
ask     p4 condition="acute Charcot arthropathy"
expect  mask_overlap=true verdict=uncertain basis=suspected_only
