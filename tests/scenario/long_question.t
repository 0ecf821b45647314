# a question that is no condition's length is refused, a long one is answered
note    p1 n1 2150-01-02 "Progress note" "She has gout."
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"condition\":\"%x5000\"}"
expect  status=413
http    POST /v1/patients/p1/ask "Content-Type: application/json" body="{\"condition\":\"%x200\"}"
expect  status=200 verdict=not_mentioned
