"""What people wrote: scrubbed for those below the analyst, coded by themes with suggestions. Views are elsewhere."""
