# a name is found wherever in a note it stands, also where the note is cut into chunks
many    p1 700 "%f small bowel obstruction"
ask     p1 "small bowel obstruction"
expect  status=200 mentions=700 complete=true
search  p1 "\"small bowel obstruction\"" limit=1000
expect  hits.#=700
