"""Building blocks of pictures: axes, colours, dots, waterfalls and event marks."""
