# a daemon that dies during an upload keeps the model that it had
note    p1 n1 2150-01-02 "Progress note" "He has gout."
attach  stack=2 seed=1
keep    card
cut-upload seed=2
kill    -9
http    GET /v1/model
same    card
attach  seed=2
expect  source=uploaded
