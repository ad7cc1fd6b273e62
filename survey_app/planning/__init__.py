"""What the console needs to plan: the door to `analysis.planning`, the plan's files, ready-made designs. No rule of the
survey is here: those are in `survey_app.plans`.
"""
