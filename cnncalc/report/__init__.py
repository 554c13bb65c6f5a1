"""All that is known of a network, as one document for programs and for the page around it.

The page adds nothing up: every sum is made here. What many layers have in common is said once, in
tables that they point into.
"""
