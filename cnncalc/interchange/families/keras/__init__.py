"""What every op is in Keras: one file a family, under the names of `families`.

Source: Keras 3.15, `keras.layers` and `keras.ops`, whose classes and settings are a file's own.
"""

from cnncalc.interchange.families.keras import activation as activation
from cnncalc.interchange.families.keras import applications as applications
from cnncalc.interchange.families.keras import attention as attention
from cnncalc.interchange.families.keras import conv as conv
from cnncalc.interchange.families.keras import linear as linear
from cnncalc.interchange.families.keras import merge as merge
from cnncalc.interchange.families.keras import norm as norm
from cnncalc.interchange.families.keras import operations as operations
from cnncalc.interchange.families.keras import pool as pool
from cnncalc.interchange.families.keras import recurrent as recurrent
from cnncalc.interchange.families.keras import reshape as reshape
from cnncalc.interchange.families.keras import resize as resize
from cnncalc.interchange.families.keras import training as training
