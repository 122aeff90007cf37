"""`python -m benchmarks latency`: how long one client waits for each documented question and each desk list."""
