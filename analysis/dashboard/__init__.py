"""The running wave for analysts: snapshots of batches of answers, so that no subtraction leads to under five.

Every answer belongs to one batch of at least five for good, every number shown is a sum over whole batches, and which
answers form a batch never depends on what they say. What a page asks of a snapshot is left to `reading`.
"""
