# damage that comes while clients ask never turns an answer into not_mentioned or absent
# Not in the suite, being a race: before "not mentioned" every segment is verified once more (chart_recheck).
many    p1 100 "She has gout. %w"
note    p1 n0 2150-01-01 "Progress note" "She has xanthogranuloma."
load    2 ask p1 "xanthogranuloma"
damage  near "xanthogran" +2
ask     p1 "xanthogranuloma"
honest
join
expect  statuses=200 verdicts!~not_mentioned verdicts!~absent
