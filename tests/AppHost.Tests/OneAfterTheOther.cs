using Xunit.Sdk;
using Xunit.v3;

// Each of them starts the whole system: two at a time would wait for each other's processor.
[assembly: Parallelization(Mode = ParallelMode.None)]
