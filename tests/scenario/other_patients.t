# one patient's notes are never another's evidence
note    p1 n1 2150-01-02 "Progress note" "She has gout."
note    p10 n1 2150-01-02 "Progress note" "She walked."
note    p n1 2150-01-02 "Progress note" "She slept."
ask     p10 "gout"
expect  verdict=not_mentioned
ask     p "gout"
expect  verdict=not_mentioned
ask     p1 "gout"
expect  verdict=present evidence.#=1
