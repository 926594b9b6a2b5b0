using System.Runtime.InteropServices;

namespace TradeFlow.AppHost;

/// <summary>Ctrl+C and SIGTERM before Aspire listens to them: what is being prepared is given up in order.</summary>
internal sealed class InterruptibleStart : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public InterruptibleStart()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                source.Cancel();
            }));
        }
    }

    public CancellationToken Token => source.Token;

    /// <summary>From here on the host listens. Who asked in between is heard.</summary>
    public void Over()
    {
        foreach (var registration in registrations) registration.Dispose();
        registrations.Clear();
        source.Token.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }
}
