"""The journals of tablets and kiosks: chain, content, what becomes of each entry, the end of a day, files.

docs/tablets.md says how devices and office talk; who a device is, `devices` knows.
"""
