"""Calendars of places: opening hours, closures and public holidays."""
