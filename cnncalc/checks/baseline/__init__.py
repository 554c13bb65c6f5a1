"""The baseline: stored figures of every network, so that growth is seen when it happens.

It is a JSON file with one network a line, sorted, keyed by spec and variant; a figure is that of
the whole or, behind a label, of a part: `{"schema_version": 1, "basis": {"batch": 1, ...},
"figures": {"nets/vgg.yaml:16": {"macs": 15470264320, "output": "1000", "fc6.parameters":
102764544}}}`. Git merges branches that store different networks; what it leaves with conflict
markers `repair` puts together. Paths are relative to the folder of
the baseline, with `/`. What a comparison finds:

* A cost that has grown by more than the tolerance is an error, E803; growth by exactly the
  tolerance holds. That of a layer is found apart only where it is not part of what is found of a
  group around it, or of the network: there it is a note.
* A cost that fell, by whatever amount, is a remark, W803, where nothing else differs.
* What else differs from the figures of a network makes them stale, W801: `depth`,
  `receptive_field` or `output`, which are no costs, and must be equal; a figure that is not
  stored. It is one finding a network, and none where a cost has grown, since its remedy would
  accept that as well: what differs is a note there.
* Networks of which nothing is stored are one W801 together.
* Stored networks and layers that are gone are W802.
* Figures that were counted on another basis are not compared, and that is an error, E902: a gate
  that a changed `dtype` opens is none.

`read` and `write` know the file, `compare` holds a run against it; `records` has what all of them
speak of. Which file it is, and what a run covers, is the command's.
"""
