"""Units that merge, split, are renamed or get another parent while surveys run: what moves with them, and the record.

An answer keeps the unit of its day (`days`). What is asked for is checked in `asked`, what there is to move stands in
`things`, `carrying` moves it and takes it back, `record` tells it, `pages` ask for it.
"""
