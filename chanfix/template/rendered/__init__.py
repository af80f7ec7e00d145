"""Jinja templates rendered with values, in a process with limits, and linted with places in the template."""
