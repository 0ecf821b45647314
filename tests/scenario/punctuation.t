# apostrophes, hyphens, dots, digits and slashes in names
note    p1 n1 2150-01-02 "Progress note" "Non-Hodgkin's lymphoma, COVID-19, type 2 diabetes mellitus, C. difficile colitis, Crohn's disease, vitamin B12 deficiency, HIV/AIDS."
ask     p1 "non-Hodgkin lymphoma" "COVID-19" "covid 19" "type 2 diabetes mellitus" "c difficile colitis" "Crohn disease" "vitamin B12 deficiency" "HIV" "AIDS"
expect  rows.verdict=present,present,present,present,present,present,present,present,present
