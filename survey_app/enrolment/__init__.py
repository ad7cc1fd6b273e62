"""Devices of the office: how one is let in, which keys it and the office sign and seal with, how it is shut out."""
