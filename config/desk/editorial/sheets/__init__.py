"""Sheets: CSV and XLSX export of lists, and import of changed files."""
