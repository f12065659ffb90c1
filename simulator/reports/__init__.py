"""What people look at: tables in the console, JSON, run folders, the resolved scenario, the schema."""
