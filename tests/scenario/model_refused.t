# a wrong or damaged model is refused with the reason, and the old one stays
note    p1 n1 2150-01-02 "Progress note" "He has gout."
attach  stack=2
keep    card
attach  damaged 9
expect  status=422 code=BADREQ message~"header"
attach  damaged 5000
expect  status=422 message~"digest"
attach  damaged -1
expect  status=422 message~"digest"
attach  window=79
expect  status=422 message~"window has 79"
attach  stack=1
expect  status=422 message~"features"
http    PUT /v1/model "Content-Type: application/octet-stream" body="nothing"
expect  status=422 message~"no model file"
http    PUT /v1/model "Content-Type: application/json" body="{}"
expect  status=415
http    PUT /v1/model "Content-Type: application/octet-stream"
expect  status=411
http    GET /v1/model
same    card
kill    -9
http    GET /v1/model
same    card
term
start   max_model=4096
attach  stack=2
expect  status=413
http    GET /v1/model
same    card
