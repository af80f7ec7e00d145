"""What fixes may change of a domain."""

# Beside these, the domain's id and virtio-serial controllers. A sound card refers to an audio backend by an element.
DEVICES = {"audio", "channel", "console", "parallel", "redirdev", "rng", "serial", "smartcard"}
