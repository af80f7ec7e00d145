"""RELAX NG: grammars, what they say of a document, and what was expected where. Knows nothing of libvirt."""
