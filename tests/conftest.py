"""What every test runs under."""

from hypothesis import Phase, settings

# `make test` tries the same examples each time, so that a failure is the change's, and shows
# the first that fails; `make test-slow` tries new ones, and looks for the smallest that fails.
settings.register_profile(
    "same",
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    print_blob=True,
)
settings.register_profile("new", deadline=None, print_blob=True)
settings.load_profile("same")
