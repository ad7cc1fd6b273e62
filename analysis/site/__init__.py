"""The public site: static pages and open data of every published release, complete in one folder.

It reads release folders and nothing else. Who may publish what is decided in the console, which leaves
publication.json in the release; what is said in the documents is left to `report`.
"""
