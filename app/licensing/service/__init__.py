"""What can be done with licenses, by verb."""
