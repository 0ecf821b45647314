# what is not a question is 400, and the message does not repeat it
note    p1 n1 "" "" "She has gout."
ask     p1 ""
expect  status=400
ask     p1 "is there any evidence of it?" surprise=1
expect  status=400 error!~evidence
ask     p1 "gout" rounds=9
expect  status=400
ask     p1 "gout" from=yesterday
expect  status=400
ask     p1 "gout" condition=gout
expect  status=400
ask     p1 "gout" sections=nowhere
expect  status=400
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"question\":"
expect  status=400
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"question\":\"gout\",\"x-note\":7}"
expect  status=200 verdict=present
http    GET /v1/patients/%zz
expect  status=400
http    GET /healthz?a=1
expect  status=400
