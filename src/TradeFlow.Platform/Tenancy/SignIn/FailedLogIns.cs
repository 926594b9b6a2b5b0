using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Writes failed log-ins into the audit log of the person's tenant, behind the answer: an address that nobody has leaves no row, and the
/// time of the answer must not tell. What is not written yet when the process dies is lost.
/// </summary>
internal sealed partial class FailedLogIns(Database database, AuditLog audit, Supervisor supervisor, ILogger<FailedLogIns> log)
    : SupervisedService(supervisor)
{
    private readonly Channel<(TenantId Tenant, UserId User)> waiting = Channel.CreateBounded<(TenantId, UserId)>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Drain drain = new();

    public void Add(User? user)
    {
        if (user?.DefaultTenant is { } tenant) waiting.Writer.TryWrite((new TenantId(tenant), new UserId(user.Id)));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        waiting.Writer.TryComplete();
        await drain.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("failed log-ins", WriteAsync)];

    // Until the queue is told to end, so that what waits at a stop is written.
    private async Task WriteAsync(CancellationToken stopping)
    {
        await foreach (var (tenant, user) in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await using var connection = await database.System.OpenConnectionAsync(CancellationToken.None);
                await audit.WriteAsync(tenant, user, "user.log_in_failed", user.ToString(), null, connection, CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogLost(user, e.Message);
            }
        }
        await drain.EmptyAsync(stopping);
    }

    [LoggerMessage(1105, LogLevel.Warning, "A failed log-in of {User} is not in the audit log: {Reason}")]
    private partial void LogLost(UserId user, string reason);
}
