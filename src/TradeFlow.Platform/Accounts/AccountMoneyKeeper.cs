using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>Writes once a second what accounts are worth, behind what the sockets were told of it.</summary>
internal sealed class AccountMoneyKeeper : SupervisedService
{
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private readonly WorkerAccounts accounts;
    private readonly RedisBus bus;
    private readonly TimeProvider clock;
    private readonly IDisposable changes;

    public AccountMoneyKeeper(WorkerAccounts accounts, RedisBus bus, TimeProvider clock, Supervisor supervisor) : base(supervisor)
    {
        (this.accounts, this.bus, this.clock) = (accounts, bus, clock);
        changes = bus.Subscribe(Topics.AccountChanged, accounts.Forget);
        bus.Restored += accounts.ForgetAll;
    }

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("account money", KeepAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        while (true)
        {
            await accounts.KeepMoneyAsync(ct);
            await Task.Delay(Between, clock, ct);
        }
    }

    public override void Dispose()
    {
        bus.Restored -= accounts.ForgetAll;
        changes.Dispose();
        base.Dispose();
    }
}
