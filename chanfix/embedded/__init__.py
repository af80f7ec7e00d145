"""XML inside other files: where it stands there, how it is written there, and the document that it is."""
