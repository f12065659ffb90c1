"""Pages of the site that are made of the code when it is built, and never committed."""
