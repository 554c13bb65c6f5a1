"""How long a network takes on a device: fitted to timings, and stated with the error of the fit.

A time is a sum: what a network has of each feature, times what that took on the device. The
coefficients of a device are fitted to networks that were timed there (`fit.py`) and kept in a file
(`device.py`) with the errors on families of networks that the fit had not seen.
"""
