# questions whose condition stands between other words
note    p1 n1 2150-01-02 "Progress note" "She has gout."
ask     p1 "Was gout ever diagnosed?"
expect verdict=present
ask     p1 "When was gout diagnosed?"
expect verdict=present
ask     p1 "Any gout or pseudogout?"
expect-later "two conditions in one question become one name; a refusal would be fair too" verdict=present
