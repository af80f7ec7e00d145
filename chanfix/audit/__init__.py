"""An audit of many hosts: what was found on each, kept in a file, and the reports that are made of it."""
