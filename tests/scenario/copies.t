# copies of one sentence count as one independent mention and name their origin
many    p1 20 "Seen today. She has gout of the left foot. Day %i."
ask     p1 "gout"
expect  verdict=present mentions=20 independent=1 note=n0001 copy_of=null evidence.1.copy_of=n0001
note    p1 z1 2160-01-01 "Progress note" "Gout flared in the right knee."
ask     p1 "gout"
expect  mentions=21 independent=2
