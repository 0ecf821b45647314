# the setting names a model; an upload goes before it, "none" before both; a file that is none ends the start
model   m.safetensors seed=7
start   model=%m/m.safetensors
http    GET /v1/model
expect  source=configured
keep    named
attach  seed=8
expect  source=uploaded
term
start   model=%m/m.safetensors
http    GET /v1/model
expect  source=uploaded
http    DELETE /v1/model?restore=1
same    named
term
start   model=none
http    GET /v1/model
expect  model=rules source=null problem=missing
attach  seed=9
expect  status=409
http    GET /v1/model
expect  model=rules
term
refused "no such|No such" model=%m/absent
refused "no whole model file" model=%m/log
