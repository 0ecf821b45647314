# with model_cache a repeated question is answered from what the model has answered before, and says the same
start   model_cache=1M
attach  stack=2 seed=1
note    p1 n1 2150-01-02 "Progress note" "Possible gout. No gout of the left foot."
note    p1 n2 2150-03-02 "Progress note" "History of gout."
ask     p1 "gout"
keep    first
stats
expect  daemon.model_cache.found=0 daemon.model_cache.asked=3 daemon.model_cache.windows=3
ask     p1 "gout"
same    first but active_fraction
stats
expect  daemon.model_cache.found=3 daemon.model_cache.asked=6 daemon.model_cache.windows=3
# another model begins with nothing
attach  stack=2 seed=2
stats
expect  daemon.model_cache.found=0 daemon.model_cache.asked=0 daemon.model_cache.windows=0 daemon.model_cache.bytes~"^[1-9]"
ask     p1 "gout"
attach  stack=2 seed=1
ask     p1 "gout"
same    first but active_fraction
http    DELETE /v1/model
stats
expect  daemon.model_cache.bytes=0
# without the setting nothing is kept, and the answer is the same
term
start
attach  stack=2 seed=1
ask     p1 "gout"
same    first
ask     p1 "gout"
same    first
stats
expect  daemon.model_cache.asked=0
