"""Waiting customers: their promises, messages, contacts, compensation and cancellations."""
