"""Monitoring: probes, metrics, access log, structured logs, and optional traces."""
