"""What is asked: instruments as data, and the model that reads and checks them. Knows no web, no database, no figures."""
