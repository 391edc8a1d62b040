"""The expression language of rulebooks and mappings: reading it, typing it, writing it as SQL."""
