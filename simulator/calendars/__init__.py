"""Calendars of places: opening hours, closures, public holidays and time zones."""
