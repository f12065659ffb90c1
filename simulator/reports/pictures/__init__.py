"""Parts of a picture: axes, colours, dots, waterfalls, event marks."""
