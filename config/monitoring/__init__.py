"""What operators see: probes, metrics, the access log, structured logs, and traces where they are wanted."""
