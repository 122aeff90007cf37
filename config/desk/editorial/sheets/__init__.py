"""The ways in and out: lists as sheets that people keep in a spreadsheet, and sheets as changes of the record."""
