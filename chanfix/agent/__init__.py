"""The guest's agent: whether it is reached, and what it would do.

``ask`` and ``Dialogue`` are for clients of your own.
"""

from chanfix.agent.protocol import Dialogue, ask

__all__ = ["Dialogue", "ask"]
