"""Data checks: rules that find likely errors which no constraint can refuse."""

from config.desk.editorial.checks.engine import inspect, inspect_everything
from config.desk.editorial.checks.rules import Found, Rule, register

__all__ = ["Found", "Rule", "inspect", "inspect_everything", "register"]
