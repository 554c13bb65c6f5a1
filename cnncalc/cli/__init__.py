"""The command line: `main.py`, and a file for each command with its options.

This is the only folder that prints or exits. A command reads its arguments, calls the other
folders and delivers their text; counting, checking and drawing do not belong here.
"""
