"""Short forms of a release: bulletin, leader's brief, period report, board of NĐ 61, component of the PAR index.

Every figure is the release's own text; what a figure is, and the long report, are left to `analysis` and `report`.
"""
