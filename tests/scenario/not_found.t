# unknown patients, notes and routes are 404, wrong methods 405
note    p1 n1 "" "" "She has gout."
ask     nobody "gout"
expect  status=404 code=NOTFOUND id~"^[0-9a-f]{16}$" error!~gout
search  nobody "gout"
expect  status=404
get     p1 n2
expect  status=404
get     nobody
expect  status=404
delete  nobody
expect  status=404
http    GET /v1/nothing
expect  status=404
http    PUT /v1/notes body="x"
expect  status=405
http    POST /healthz body=""
expect  status=405
