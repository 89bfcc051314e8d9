"""Pure decisions about parties: identifiers, and who may license what at an instant."""
