"""The Survey Plan in numbers: frames, sizes, allocation, the sealed draw and the document made from them."""
