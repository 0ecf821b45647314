# a name broken by line ends, tabs and doubled blanks is one mention
note    p1 n1 2150-01-02 "Progress note" "She has deep  vein\tthrombosis, and deep\n   vein thrombosis again."
ask     p1 "deep vein thrombosis"
expect  mentions=2 verdict=present
note    p1 n2 2150-01-02 "Progress note" "Her deep\n\n\nvein thrombosis"
ask     p1 "deep vein thrombosis"
expect  mentions>=2
