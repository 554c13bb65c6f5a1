"""The difference of two networks: one file for each form, and what the forms share."""
