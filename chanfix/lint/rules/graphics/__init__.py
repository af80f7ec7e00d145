"""Displays and video devices."""
