# connections that break off in the middle of anything leave nothing behind and hurt nobody
note    p1 n1 2150-01-02 "Progress note" "She has gout."
slow    head 20
slow    body 20
slow    ingest 6
slow    leave
many    p2 4000 "She has angina."
slow    reader 10 p2
slow    leave
ask     p1 "gout"
expect  verdict=present notes_total=1
