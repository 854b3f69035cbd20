// All tests share one network namespace, and with it host ports and addresses; two cores make parallel classes slower, not faster.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
