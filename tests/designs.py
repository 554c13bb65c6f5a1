"""A spec with variables, for designs."""

TEXT = """
name: tiny
input: 3x32x32
vars: {width: 8, depth: 2, unit: plain}
blocks:
  plain out: [conv3x3 out padding=1, relu]
  wide out: [conv5x5 out, relu]
layers:
  - repeat depth: unit width
  - maxpool2x2 stride=2
  - globalavgpool
  - flatten
  - fc: linear 10
"""
