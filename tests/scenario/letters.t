# accents, ligatures, composed or not, and typographic apostrophes do not hide a name
start   model=none
note    p1 n1 2150-01-02 "Progress note" "She has Sjo\u0308gren syndrome and \ufb01bromyalgia; M\u00e9ni\u00e8re\u2019s disease; Beh\u00e7et disease."
ask     p1 "Sj\u00f6gren syndrome" "Sjogren syndrome" "fibromyalgia" "Meniere's disease" "Meniere disease" "Behcet disease"
expect  rows.verdict=present,present,present,present,present,present
expect  rows.0.evidence.quote="Sjo\u0308gren syndrome" rows.2.evidence.quote="\ufb01bromyalgia"
