"""What every test runs under."""

from hypothesis import settings

# `make test` tries the same examples each time, so that a failure is the change's; `make
# test-slow` tries new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.load_profile("same")
