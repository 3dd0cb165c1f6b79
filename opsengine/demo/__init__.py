"""The demo: a project of invented brands, as operators would have it on their disk.

In:   a `DemoPlan`: how many accounts, how many days, which throw of the dice
Out:  `accounts.csv`, export files in the platforms' own formats under `data/`, and the files that a person would have written
Not:  rows in a database. What the files say is found out by importing them, like anybody's.
"""

from opsengine.demo.exporting import write_exports
from opsengine.demo.plan import DemoPlan
from opsengine.demo.project_files import write_project

__all__ = ["DemoPlan", "write_exports", "write_project"]
