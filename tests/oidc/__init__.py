"""A real OpenID Connect provider of another maker, and one that lies: what single sign-on is tried on."""
