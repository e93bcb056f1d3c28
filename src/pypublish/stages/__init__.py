"""The stages of a release: one file, one public function, one shape (inputs -> Outcome)."""
