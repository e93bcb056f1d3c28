"""The command line: one file per command; each reads its options, conducts a stage and shows the outcome."""
