"""Booting: the order of boot devices, ACPI, firmware and Secure Boot."""
