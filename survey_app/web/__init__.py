"""What every page stands on, whatever it is about: access, addresses, brakes, headers, languages, errors."""
