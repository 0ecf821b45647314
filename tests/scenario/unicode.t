# offsets are right in bytes and in code points beyond ASCII
note    p1 n1 2150-01-02 "Progress note" "Sjögren’s 5 µg – she has gout 漢字 𝒳, gout."
ask     p1 "gout"
expect  mentions=2 evidence.start=31,49 evidence.start_cp=25,36 evidence.end_cp=29,40
search  p1 "gout"
expect  start=31 start_cp=25
ask     p1 "Sjögren’s"
expect  mentions=1 start=0 end=12 start_cp=0 end_cp=9
ask     p1 "sjögren's"
expect  mentions=1 start=0
get     p1 n1 meta
expect  text_bytes=54 text_cp=41
