# notes with CRLF come back as they were, and a name wrapped over a line end is found
note    p1 n1 2150-01-02 "Progress note" "Seen today.\r\nShe was found to have a small bowel\r\nobstruction after surgery.\r\n"
ask     p1 "small bowel obstruction"
expect  verdict=present mentions=1 quote="small bowel\r\nobstruction" start=37 end=61
get     p1 n1
expect  body="Seen today.\r\nShe was found to have a small bowel\r\nobstruction after surgery.\r\n"
