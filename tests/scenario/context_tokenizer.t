# context counts by the tokenizer.json of the setting: here one token a byte, so text is at most budget bytes
start   context_tokenizer=%f/tokenizers/letters/tokenizer.json
note    p1 n1 2150-01-02 "Progress note" "Slept well. Concern for gout of the left foot. Walks with a stick."
note    p1 n2 2150-01-05 "Consult" "Crystals seen in the left knee: gout is confirmed by aspiration of the joint today."
note    p1 n4 2150-03-01 "Progress note" "No gout. Her brother has gout. Eats well."
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\"}"
expect  tokens_by=tokenizer tokenizer.name=letters tokenizer.model=BPE tokenizer.ids=256 passages.#=3 tokens=316
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"budget\":220}"
expect  tokens<=220 passages.#=1 left_out.mentions=3 text~"Left out for lack of room: 3 mentions in 2 notes"
# nothing has room, not even the last line; left_out says it
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"budget\":50}"
expect  tokens=0 passages.#=0 text="" left_out.mentions=4
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"asthma\",\"budget\":50}"
expect  tokens=0 verdict=not_mentioned text=""
# the estimate is still there for who wishes it, and a scale is of the estimate
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"tokens_by\":\"estimate\"}"
expect  tokens_by=estimate tokenizer=missing tokens<200
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"token_scale\":1.5}"
expect  tokens_by=estimate
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"token_scale\":1.5,\"tokens_by\":\"tokenizer\"}"
expect  status=400 error~token_scale
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"tokens_by\":\"words\"}"
expect  status=400 error~tokens_by
stats
expect  daemon.context_tokenizer.name=letters
term
start
http POST /v1/patients/p1/context "Content-Type: application/json" body="{\"condition\":\"gout\",\"tokens_by\":\"tokenizer\"}"
expect  status=400 error~"no tokenizer is attached"
stats
expect  daemon.context_tokenizer=null
term
# what is not understood ends the start, with its place
refused "byte 59: model .Unigram. is not understood" context_tokenizer=%f/tokenizers/unigram.json
refused "No such file" context_tokenizer=%f/tokenizers/none.json
