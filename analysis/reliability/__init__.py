"""The instrument itself: do its items measure together, and do they measure the same for everybody?"""
