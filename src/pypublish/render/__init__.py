"""The renderers: an outcome in, words out. They touch nothing."""
