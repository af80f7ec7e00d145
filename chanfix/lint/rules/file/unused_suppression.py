"""A comment suppresses findings that are not there.

What it does
    Reports what is of no use in a suppression comment: a rule that finds nothing where the comment counts, a name that
    no rule has, a word that is no directive, a rule without brackets around it, and ``ignore-file`` behind the start
    of the root element. A rule that was not run is not called unused, nor one that may find something in a run for
    another target or version.

    ``<!-- chanfix: ignore[rule, rule] why -->`` counts for its own line, and when it is the first thing on that line
    for the next element too, to its end. ``<!-- chanfix: ignore-file[rule] why -->`` before the root counts for the
    whole file. Without brackets every rule is meant.

Why it matters
    A suppression that outlived its reason hides the next mistake in the same place, and one with a typing error hides
    nothing while it seems to.

Fix
    Removes the name from the comment, or the comment when nothing is left in it. Safe: libvirt reads no comments. A
    name or word that looks like a typing error is not removed: what was meant is shown instead.

References
    ``chanfix explain`` lists the rules
"""

from chanfix.lint.rule import AGENT_CHANNEL, WARNING, Bad, Good, Rule


class UnusedSuppression(Rule):
    severity = WARNING
    examples = (
        Bad(
            """\
<!-- chanfix: ignore[agent-not-unix] the old client wants a pty -->
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="agent-not-unix",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<!-- chanfix: ignore[agent-not-unix, no-such-rule] the old client wants a pty -->
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="no-such-rule",
            fixed="""\
<!-- chanfix: ignore[agent-not-unix] the old client wants a pty -->
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad("<!-- chanfix: ignroe[agent-not-unix] -->\n", at="ignroe"),
        Good(
            """\
<!-- chanfix: ignore[agent-not-unix] the old client wants a pty -->
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )
