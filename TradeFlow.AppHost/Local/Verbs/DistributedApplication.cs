using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The system as described by the verbs, run by the embedded engine.</summary>
public sealed class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly Orchestrator orchestrator;

    internal DistributedApplication(DistributedApplicationBuilder builder)
    {
        services = builder.Services.BuildServiceProvider();
        orchestrator = new Orchestrator(builder);
    }

    public IServiceProvider Services => services;

    public ResourceCommandService ResourceCommands => new(orchestrator);

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>Runs until Ctrl+C or SIGTERM, or until a fault that only a person can mend (then the exit code is 1).</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal);

        if (!await orchestrator.RunAsync(end.Token)) Environment.ExitCode = 1;

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            // Whoever asks a second time is in a hurry.
            if (end.IsCancellationRequested) orchestrator.KillAll();
            else end.Cancel();
        }
    }

    /// <summary>Starts everything and returns when all of it is healthy.</summary>
    /// <exception cref="DistributedApplicationException">A part cannot start; the message says why and what to do.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => orchestrator.StartAsync(cancellationToken);

    /// <summary>Ends every child, those that need others first.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => orchestrator.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await orchestrator.DisposeAsync();
        await services.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
