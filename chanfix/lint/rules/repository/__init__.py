"""Files of one run beside each other: names, UUIDs and MAC addresses that only one domain of a host can have."""
