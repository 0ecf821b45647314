# a name inside a word is no mention
note    p1 n1 2150-01-02 "Progress note" "The MIdline was fine; gouty toes; PErcocet as needed; goutgout."
ask     p1 "MI" "PE" "gout"
expect  rows.verdict=not_mentioned,not_mentioned,not_mentioned
