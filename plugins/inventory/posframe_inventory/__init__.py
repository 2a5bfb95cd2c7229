"""Stock for posframe tills: what is on hand, and every movement that made it so."""
