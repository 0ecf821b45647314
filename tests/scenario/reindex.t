# --reindex keeps every note; on an index of this build's own tokenizer too
many    p1 30 "She has gout. %w"
note    p2 n0 2150-01-01 "Progress note" "He has xanthogranuloma."
delete  p1 n0001
term
reindex
start
stats
expect  index.notes=30
ask     p2 "xanthogranuloma"
expect  verdict=present
ask     p1 "xanthogranuloma"
expect  verdict=not_mentioned
term
check
