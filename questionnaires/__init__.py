"""What is asked: instruments as data, and what reads and checks them. Knows no web, no database, no figures."""
