# many weak mentions do not add up to certainty
many    p1 40 "Possible sarcoidosis, number %i is one more opinion. %w"
ask     p1 "sarcoidosis"
expect  verdict=uncertain basis=suspected_only mentions=40 probability<0.9
