"""Networks in and out of the forms that others read and write."""
