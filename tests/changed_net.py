"""A spec with all that a change may be written in."""

NET = """\
name: net
input: 3x32x32
vars:
  width: 8
  depths: [1, 2]
  wide: 2*width
blocks:
  unit out kernel=3:
    - conv kernel_size=kernel out_channels=out padding=half bias=false
    - bn
    - relu
layers:
  - stem: unit width
  - stage1:
      - repeat depths[0]:
          - unit width
      - pool1: maxpool2x2
  - stage2:
      - repeat 2:
          - unit wide
      - for k in [1, 2]:
          - unit k*width
  - mid: conv3x3 12 padding=1
  - last: conv3x3 12 padding=1
  - pool: maxpool2x2
  - flatten
  - fc: linear 10
variants:
  s: {vars: {width: 4}}
"""
