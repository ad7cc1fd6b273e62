"""The field as it runs: progress against the plan, expected precision, where to go next, second interviews.

Counts only: what people answered is never looked at while a wave is open. Nothing here commits or knows a request.
"""
