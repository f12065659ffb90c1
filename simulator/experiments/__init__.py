"""Many runs together: replications side by side, and what they say with how much confidence."""
