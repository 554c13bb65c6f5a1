"""Networks from and to the forms of other programs."""
