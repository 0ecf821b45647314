# a data file that lost its end is refused at start, with a sentence
many    p1 60 "She has gout. %w"
ask     p1 "gout"
expect  mentions=60
term
check
truncate 4096
refused "shorter|truncated|bytes"
check   damaged
