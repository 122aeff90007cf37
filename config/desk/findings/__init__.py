"""Findings: what breaks no rule of the tables and still is likely wrong."""

from config.desk.findings.engine import inspect, inspect_everything
from config.desk.findings.rules import Found, Rule, register

__all__ = ["Found", "Rule", "inspect", "inspect_everything", "register"]
