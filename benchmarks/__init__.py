"""Benchmarks: throughput of Chancery, as ratios to a floor in the same run."""
