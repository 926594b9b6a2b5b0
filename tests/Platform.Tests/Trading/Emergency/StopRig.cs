using System.Net;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading.Emergency;

/// <summary>A person with accounts at the scripted broker, over the real Api and a worker.</summary>
internal sealed class StopRig(ApiFixture api, TradingRig worker, Person person) : IAsyncDisposable
{
    public TradingRig Worker => worker;
    public Person Person => person;

    public static async Task<StopRig> StartAsync(
        ApiFixture api, bool run = true, Dictionary<string, string?>? settings = null, bool awaitRedis = true) =>
            new(api, await TradingRig.StartAsync(api.Platform, run: run, settings: settings, awaitRedis: awaitRedis),
                await Person.SignUpAsync(api));

    public async Task<TestAccount> AccountAsync(Action<ScriptedAccount>? script = null, bool enabled = true)
    {
        var account = await worker.AccountAsync(script, tenant: person.TenantId);
        if (!enabled)
            await worker.SqlAsync($"update accounts.accounts set enabled = false, disabled_reason = 'user' where id = '{account.Id}'");
        return account;
    }

    public async Task<TestAccount> HeldAccountAsync(Action<ScriptedAccount>? script = null)
    {
        var account = await AccountAsync(script);
        await worker.HoldsAsync(account);
        return account;
    }

    public ScriptedAccount Broker(TestAccount account) => worker.Broker.Of(account.Id);

    public async Task<Answer> StopAsync(object? body = null)
    {
        var answer = await person.PostAsync("/api/user/emergency_stop", body ?? new { });
        answer.Status.ShouldBe(HttpStatusCode.OK);
        return answer;
    }

    public Task<Answer> StateAsync() => person.GetAsync("/api/user/emergency_stop");

    public async Task<IReadOnlyList<string>> NoticesAsync() =>
        [.. (await person.GetAsync("/api/notifications")).Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("text").GetString()!)];

    public Task<bool> IsEnabledAsync(TestAccount account) =>
        worker.ScalarAsync<bool>($"select enabled from accounts.accounts where id = '{account.Id}'");

    /// <summary>Waits until our books show that many positions.</summary>
    public Task BooksShowAsync(int open) => Eventually.True(
        async () => await api.ScalarAsync<long>(
            $"select count(*) from trading.positions where tenant_id = '{person.TenantId}' and status = 'OPEN'") == open,
        TimeSpan.FromSeconds(15), $"{open} positions are known");

    public ValueTask DisposeAsync() => worker.DisposeAsync();
}
