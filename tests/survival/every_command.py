"""Every way to run chanfix on a file and on a connection that shows something of what it reads."""

FORMATS = ("text", "concise", "json", "json-v1", "sarif", "github", "gitlab", "junit")
AUDIT_FORMATS = ("table", "json", "json-v1", "sarif", "junit", "prometheus", "html")

ON_FILES = [
    *(["add", *mode] for mode in ([], ["--diff"], ["--dry-run"], ["--port", "org.qemu.guest_agent.3", "--diff"])),
    *([name, "--diff"] for name in ("detach-libvirt", "attach-libvirt", "remove")),
    ["check"],
    *(["guest-config", *mode] for mode in ([], ["--script"], ["--cloud-init"], ["--os", "windows"])),
    *(["lint", "--output-format", name] for name in FORMATS),
    *(
        ["lint", *mode]
        for mode in (["--diff"], ["--unsafe-fixes", "--diff"], ["--fix", "--show-fixes"], ["--statistics"])
    ),
    ["lint", "--write-baseline", "known.json"],
]
ON_CONNECTIONS = [
    *([name, "--diff"] for name in ("add", "detach-libvirt", "attach-libvirt", "remove")),
    ["add", "--dry-run"],
    ["check"],
    ["guest-config"],
    ["status"],
    ["status", "--output-format", "json"],
    *(["lint", "--output-format", name] for name in FORMATS),
    *(["audit", "--output-format", name] for name in AUDIT_FORMATS),
    ["undo"],
]


def name_of(command):
    return " ".join(command)
