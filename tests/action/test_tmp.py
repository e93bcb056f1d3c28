def test_try(act, repository, index):
    index("pypi")
    run = act(repository, "release.yml", "push", ref="refs/tags/v0.1.0")
    open("/tmp/run.log","w").write(run.log)
    act.artifacts.rename(act.artifacts.parent/"x")
    run = act(repository, "rehearse.yml", "pull_request", ref="refs/pull/7/merge")
    open("/tmp/run2.log","w").write(run.log)
