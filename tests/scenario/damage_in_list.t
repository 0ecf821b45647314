# damage in one chart makes every answer of a list honest
note    p1 n1 2150-01-02 "Progress note" "The one finding was xanthogranuloma."
note    p1 n2 2150-01-03 "Progress note" "She denies gout."
damage  near "xanthogran" +3
ask     p1 "xanthogranuloma" "gout" "xanthogranuloma of the skin"
honest
