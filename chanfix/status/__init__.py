"""From the stored channel to the running domain to the agent: what is wrong first, and what to do about it."""
