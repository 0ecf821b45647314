# a damaged chart can be deleted, and then sent again
note    p1 uniquenoteid 2150-01-02 "Progress note" "The one finding was xanthogranuloma."
note    p2 n1 2150-01-02 "Progress note" "She has gout."
damage  near "uniquenoteid" +3
note    p2 n2 2150-01-02 "Progress note" "She has angina."
delete  p1
ask     p1 "xanthogranuloma"
expect  status=404
note    p1 uniquenoteid 2150-01-02 "Progress note" "The one finding was xanthogranuloma."
ask     p1 "xanthogranuloma"
expect  verdict=present complete=true
term
check
