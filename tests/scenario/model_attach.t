# an uploaded model judges beside the rules, says what it makes of a mention, and comes back after a crash
note    p1 n1 2150-01-02 "Progress note" "He has gout. No fever. His mother had a stroke."
http    DELETE /v1/model
expect  status=200 model=rules source=null card=null
ask     p1 "gout"
expect  verdict=present model=rules scorer=missing evidence.0.disagree=missing
attach  stack=2
expect  status=200 source=uploaded card.config.d=16 card.firing.#=2 card.training.recipe=test card.stack.layout=2
keep    card
ask     p1 "gout" why=true
expect  verdict=present model~"^[0-9a-f]{32}$" scorer.tokens>5 scorer.active_fraction.#=2
expect  evidence.0.p_present>0.95 evidence.0.why.rules.assertion=present evidence.0.why.stack=true
expect  evidence.0.why.model.certainty.logits.#=3 evidence.0.why.unsure=false
keep    gout
ask     p1 "fever"
expect  verdict=absent evidence.0.why=missing
ask     p1 "stroke"
expect  verdict=absent basis=family_only
kill    -9
http    GET /v1/model
same    card
ask     p1 "gout" why=true
same    gout
# without a stack in its file a model is shown and changes nothing
attach  stack=0
ask     p1 "gout" why=true
expect  verdict=present evidence.0.why.stack=false scorer.tokens>5
# detached it stays away, until what the settings say is wanted again
http    DELETE /v1/model
ask     p1 "gout"
expect  model=rules
kill    -9
http    GET /v1/model
expect  model=rules source=null
http    DELETE /v1/model?restore=2
expect  status=400
http    DELETE /v1/model?restore=1
expect  status=200
