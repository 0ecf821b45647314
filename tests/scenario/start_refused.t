# settings that do not exist or are out of bounds are refused with their name
refused "no such setting" max_conections=5
refused "workers" workers=0
start   workers=1
note    p1 n1 "" "" "She has gout."
ask     p1 "gout"
expect  verdict=present
