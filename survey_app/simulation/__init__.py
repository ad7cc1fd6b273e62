"""A simulated survey with a known truth: a finite population, a drawn sample, answers sent as people would send them.

Everything made here is marked as simulated. Only the standard library's generator is used, so that one seed gives one
population on every machine.
"""
