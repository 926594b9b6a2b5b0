using TradeFlow.Platform.Kernel.Housekeeping;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>Seals the audit log every hour: what was written before then cannot be written anew unseen.</summary>
internal sealed class AuditSealing(AuditSeals seals) : IRecurringJob
{
    public string Name => "seals of the audit log";

    public TimeSpan Every => TimeSpan.FromHours(1);

    public IReadOnlyList<string> Tables => [];

    public async Task<long> RunAsync(CancellationToken ct) => await seals.SealAsync(ct);
}
