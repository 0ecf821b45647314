# a client that takes nothing of its answer is cut off
start   out_high_water=64K write_stall_ms=300
many    p1 4000 "She has gout."
slow    reader 20 p1
slow    gone
ask     p1 "gout" evidence_limit=1
expect  verdict=present
