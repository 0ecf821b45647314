# a name of which a mask ate a word is found, flagged and no more than suspected
note    p1 n1 2150-01-02 "Progress note" "She has [**Name**] disease of the thyroid."
ask     p1 condition="Graves disease"
expect  mentions=1 mask_overlap=true via=mask verdict=uncertain basis=suspected_only
note    p1 n2 2150-01-03 "Progress note" "She has Graves disease."
ask     p1 condition="Graves disease"
expect  verdict=present mentions=2 note=n2 mask_overlap=false
