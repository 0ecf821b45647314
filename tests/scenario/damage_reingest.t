# a note whose stored copy is damaged is stored anew when it is sent again
note    p1 n1 2150-01-02 "Progress note" "The one finding was xanthogranuloma."
note    p2 n1 2150-01-02 "Progress note" "She has gout."
damage  near "xanthogran" +3
note    p1 n1 2150-01-02 "Progress note" "The one finding was xanthogranuloma."
expect-later "prepare compares the digest of the note's record alone: 200 says `unchanged`, nothing is readable" unchanged=0
ask     p1 "xanthogranuloma"
honest
ask     p2 "gout"
expect  verdict=present complete=true
