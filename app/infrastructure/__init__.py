"""What every feature stands on and none of them is about: database, clock, HTTP, jobs, storage, signing keys."""
