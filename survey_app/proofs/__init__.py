"""What proves a visit or a place in the sample, without saying whose: slips, visit codes, kiosk codes, form tokens."""
