"""The solver: which unit takes part in which offer, for the largest saving; pure and by itself."""

from posframe_promotions.solving.component import Component as Component
from posframe_promotions.solving.component import component_of as component_of
from posframe_promotions.solving.offers import AtLeastOffer as AtLeastOffer
from posframe_promotions.solving.offers import CheapestOffer as CheapestOffer
from posframe_promotions.solving.offers import Limit as Limit
from posframe_promotions.solving.offers import Offer as Offer
from posframe_promotions.solving.offers import PatternOffer as PatternOffer
from posframe_promotions.solving.offers import UnitClass as UnitClass
from posframe_promotions.solving.offers import UnitGroup as UnitGroup
from posframe_promotions.solving.offers import UnitOffer as UnitOffer
from posframe_promotions.solving.partition import Partition as Partition
from posframe_promotions.solving.partition import Row as Row
from posframe_promotions.solving.search import solve_component as solve_component
from posframe_promotions.solving.solution import Application as Application
from posframe_promotions.solving.solution import Solution as Solution
from posframe_promotions.solving.solution import Used as Used
from posframe_promotions.solving.spreading import spread as spread
from posframe_promotions.solving.whole import Solver as Solver
from posframe_promotions.solving.whole import solve as solve

TRANSITIONS_PER_MS = 1_000
"""How a time limit is read as a limit of work."""
