# a name in a very long line without sentence ends is found, with right offsets
start   max_ingest_line=16M
many    p1 1 "%w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w %w gout %w"
ask     p1 "gout"
expect  mentions=1 quote=gout
