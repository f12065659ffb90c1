"""Values that every room uses; they know no section and no policy."""
