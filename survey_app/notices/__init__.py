"""What waits for each of the staff, and letters about it: found, put into words, kept until sent, sent by SMTP."""
