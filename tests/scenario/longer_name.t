# a name inside a longer name of something else is no mention
note    p1 n1 2150-01-02 "Progress note" "She has non-Hodgkin's lymphoma."
ask     p1 condition="Hodgkin lymphoma"
expect-later "the prefix is taken for a denial: absent, denied" verdict=not_mentioned
expect  verdict!=present
