"""One encrypted file that holds an installation whole, and the way back from it, onto either kind of database."""
