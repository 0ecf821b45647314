# bodies, heads, URLs and types over the limits are 413, 431, 414 and 415
start   max_query_body=1K max_url=512 max_head=2K
note    p1 n1 "" "" "She has gout."
http    POST /v1/patients/p1/ask "Content-Type: application/json" body=%x5000
expect  status=413
http    GET /v1/patients/%x900
expect  status=414
http    GET /healthz "X-Long: %x4000"
expect  status=431
http    GET /healthz "X-Long: %x900"
expect  status=200
http    POST /v1/patients/p1/ask "Content-Type: text/plain" body="{\"question\":\"gout\"}"
expect  status=415
http    POST /v1/notes "Content-Type: text/csv" body="a,b"
expect  status=415
http    POST /v1/notes "Content-Type: application/x-ndjson" "Content-Encoding: br" body="x"
expect  status=415
