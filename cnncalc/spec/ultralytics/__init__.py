"""Model files of Ultralytics, translated to the spec language.

Such a file lists rows `[from, repeats, module, arguments]` under `backbone` and `head`. Its
located nodes become those of a spec: a variable for each width and depth that a scale changes, a
variant a scale, a layer a row, and of `modules.yaml` the blocks that these call. What the rows
mean was observed of Ultralytics 8.4; what is not known here is refused by its name and place.
"""
