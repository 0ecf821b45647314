# a flipped bit in the term list does not hide a mention
note    p1 n1 2150-01-02 "Progress note" "XANTHOGRANULOMA."
damage  near "xanthogranuloma" +4
ask     p1 "xanthogranuloma"
honest
ask     p1 "gout"
honest
term
check   damaged
