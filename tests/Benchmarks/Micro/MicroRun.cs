using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Micro;

/// <summary>
/// Steps of a signal by BenchmarkDotNet. In this process: what it would build besides knows neither our versions nor our internals.
/// </summary>
internal static class MicroRun
{
    public static int Run(string[] options)
    {
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
        var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine(Product.Root(), "artifacts", "micro"));
        BenchmarkSwitcher.FromTypes([typeof(SignalSteps)]).Run(options.Length == 0 ? ["--filter", "*"] : options, config);
        return 0;
    }
}
