"""Chancery beside other programs that answer the same questions, in a harness that is not part of this project."""
