"""Findings: what breaks no rule of the tables and still is likely wrong."""

from config.desk.editorial.checks.engine import inspect, inspect_everything
from config.desk.editorial.checks.rules import Found, Rule, register

__all__ = ["Found", "Rule", "inspect", "inspect_everything", "register"]
