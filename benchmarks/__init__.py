"""How fast Chancery answers, told as ratios to a floor within one run."""
