"""The live page of one spec: its text on the left, its report on the right.

What a text comes to stands in `answer`, what is on the disk in `draft`, the server in `server`.
Nothing of HTML or of the network is known in the first two. What is drawn is the page's own.
"""
