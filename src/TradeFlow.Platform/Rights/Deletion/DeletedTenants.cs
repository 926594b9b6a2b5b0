using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Kernel.Housekeeping;

namespace TradeFlow.Platform.Rights.Deletion;

/// <summary>Ends tenants whose day has come, and erases what they have left, a piece each minute.</summary>
internal sealed partial class DeletedTenants(TenantRemoval removal, TenantErasure erasure, ILogger<DeletedTenants> log) : IRecurringJob
{
    public const string JobName = "deleted workspaces";

    public string Name => JobName;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> Tables => [];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        var done = 0L;
        foreach (var tenant in await removal.DueAsync(ct))
        {
            if (!await removal.RemoveAsync(tenant, ct)) continue;
            LogRemoved(tenant.Value);
            done++;
        }
        foreach (var tenant in await erasure.OpenAsync(ct)) done += await erasure.EraseAsync(tenant, ct);
        return done;
    }

    [LoggerMessage(5111, LogLevel.Warning, "Tenant {Tenant} is deleted, as its owner asked")]
    private partial void LogRemoved(Guid tenant);
}
