"""The host that libvirt's own binding reaches. Nothing else imports libvirt."""
