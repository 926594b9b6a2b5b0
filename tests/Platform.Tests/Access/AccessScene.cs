using System.Text.RegularExpressions;
using TradeFlow.Platform.Tests.Accounts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Access;

/// <summary>A tenant that has one of everything that has an id, its people and their tokens, a stranger, and administrators.</summary>
public sealed partial class AccessScene : IAsyncLifetime
{
    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);
    private IAsyncLifetime broker = null!; // set first

    public ScriptedBroker Api { get; } = new();

    public Person Owner { get; private set; } = null!; // like all that follow, set in InitializeAsync
    public Person Stranger { get; private set; } = null!;
    public IReadOnlyDictionary<string, Person> Callers { get; private set; } = null!;

    /// <summary>
    /// A trader of the tenant who sees an account that has one of everything as well, and not the one that the routes name.
    /// </summary>
    public Person Limited { get; private set; } = null!;

    /// <summary>What that trader sees, by the names of the table.</summary>
    public IReadOnlyDictionary<string, Guid> OfLimited { get; } =
        OfAccounts.ToDictionary(name => name, _ => Guid.NewGuid(), StringComparer.Ordinal);

    /// <summary>What belongs to an account.</summary>
    public static readonly IReadOnlyList<string> OfAccounts =
        ["account", "order", "position", "webhook", "trade", "notification", "activation"];

    public Guid IdOf(string name) => Guid.Parse(ids[name]);

    /// <summary>A call about an account that is there, or about one that nobody has, whatever else it names.</summary>
    public (string Path, string Body) CallOfAccount(RouteRow row, bool real)
    {
        string Named(string text) =>
            Placeholder().Replace(text, match => match.Groups[1].Value is var name && OfAccounts.Contains(name) && !real
                ? Guid.NewGuid().ToString() : ids.GetValueOrDefault(name, "x"));
        var more = Named(row.More);
        return more.StartsWith('?') ? (Named(row.Route) + more, "{}") : (Named(row.Route), more.Length > 0 ? more : "{}");
    }

    public static bool NamesOfAccount(string text) => Placeholder().Matches(text).Any(match => OfAccounts.Contains(match.Groups[1].Value));

    /// <summary>The address and body of a call about the things of the tenant, or about such that nobody has.</summary>
    public (string Path, string Body) CallOf(RouteRow row, bool real)
    {
        string Named(string text) => Placeholder().Replace(text,
            match => real ? ids.GetValueOrDefault(match.Groups[1].Value, "x") : ids.ContainsKey(match.Groups[1].Value)
                ? Guid.NewGuid().ToString() : "x");
        var more = Named(row.More);
        return more.StartsWith('?') ? (Named(row.Route) + more, "{}") : (Named(row.Route), more.Length > 0 ? more : "{}");
    }

    public static bool HasId(string text) => Placeholder().IsMatch(text);

    /// <summary>Everything that a stranger might have changed, as one text.</summary>
    public Task<string?> FingerprintAsync() => Api.ScalarAsync<string>($"""
        select concat_ws(E'\n', {string.Join(", ", Kept.Select(table =>
            $"(select string_agg(to_jsonb(t)::text, E'\\n' order by to_jsonb(t)::text) from {table} t where tenant_id = '{Owner.TenantId}')"))})
        """);

    // Tables that no read writes to; last_used of a token is written by its use.
    private static readonly string[] Kept =
    [
        "accounts.accounts", "accounts.api_keys", "accounts.symbol_map", "trading.orders", "trading.positions", "alerts.webhooks_log",
        "insights.trades", "live.notifications", "delivery.channels", "tenancy.memberships", "tenancy.invitations", "risk.risk_config",
        "strategies.strategies", "strategies.keys", "strategies.activations", "oauth.apps",
    ];

    public async ValueTask InitializeAsync()
    {
        broker = Api;
        await broker.InitializeAsync();
        Owner = await Person.SignUpAsync(Api);
        Stranger = await Person.SignUpAsync(Api);
        var (viewer, trader) = (await Owner.InviteAsync(Api, "viewer"), await Owner.InviteAsync(Api, "trader"));
        await MakeThingsAsync(trader);
        Limited = await Owner.InviteAsync(Api, "trader");
        var list = new { role = "trader", accounts = new[] { OfLimited["account"] } };
        (await Owner.PatchAsync($"/api/tenant/members/{Limited.UserId}", list)).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        var stale = await Owner.InviteAsync(Api, "owner");
        await AgeAsync($"user_id = '{stale.UserId}'");
        var (admin, staleAdmin, bareAdmin) = (await Person.AdministratorAsync(Api), await Person.AdministratorAsync(Api),
            await Person.SignUpAsync(Api));
        await Api.MakeAdministratorAsync(bareAdmin);
        await AgeAsync($"user_id = '{staleAdmin.UserId}'");
        Callers = new Dictionary<string, Person>
        {
            ["nobody"] = new(Api.NewClient(), "x"), ["api key"] = Owner.With(ids["key"]), ["viewer"] = viewer, ["trader"] = trader,
            ["owner"] = Owner, ["stale owner"] = stale, ["token read"] = await TokenAsync(Owner, "read"),
            ["token trade"] = await TokenAsync(Owner, "trade"), ["token admin"] = await TokenAsync(Owner, "admin"), ["admin"] = admin,
            ["stale admin"] = staleAdmin, ["admin without factor"] = bareAdmin, ["token of admin"] = await TokenAsync(admin, "admin"),
        };
    }

    private async Task MakeThingsAsync(Person member)
    {
        var connected = await ScriptedBroker.ConnectAsync(Owner);
        (ids["account"], ids["key"]) = (connected.Text("id"), connected.Text("api_key"));
        ids["tenant"] = Owner.TenantId.ToString();
        (ids["member"], ids["user"]) = (member.UserId.ToString(), member.UserId.ToString());
        ids["session"] = (await Owner.GetAsync("/api/user/sessions")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        ids["token"] = (await Owner.PostAsync("/api/user/tokens", new { name = "t", scopes = new[] { "read" } })).Text("id");
        ids["invitation"] = (await Owner.PostAsync("/api/tenant/invitations", new { email = Person.NewEmail(), role = "viewer" }))
            .Text("id");
        foreach (var made in new[]
        {
            "order", "position", "webhook", "trade", "notification", "passkey", "strategy", "activation", "event", "export"
        })
            ids[made] = Guid.NewGuid().ToString();
        var (tenant, account) = ($"'{Owner.TenantId}'", $"'{ids["account"]}'");
        await Api.ExecuteAsync($"""
            update accounts.accounts set balance = 55501, equity = 55502 where id = {account};
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, balance, equity)
                values ('{OfLimited["account"]}', {tenant}, '{Owner.UserId}', 'acme', 'Second', 'demo', 'second', 'USD', 'pending', 101, 102);
            insert into strategies.strategies (id, tenant_id, slug, name, description, visibility, publisher)
                values ('{ids["strategy"]}', {tenant}, 's', 's', 's', 'private', 's');
            insert into rights.exports (id, tenant_id, requested_by, created_at, status, bytes, expires_at)
                values ('{ids["export"]}', {tenant}, '{Owner.UserId}', now(), 'done', 0, now() + interval '1 day');
            insert into tenancy.passkeys (id, user_id, credential_id, name, public_key, sign_count, is_user_verified, is_backup_eligible, is_backed_up)
                values ('{ids["passkey"]}', '{Owner.UserId}', 'x', 'x', 'x', 0, true, false, false);
            """);
        await MakeOfAccountAsync(IdOf, "55503");
        await MakeOfAccountAsync(name => OfLimited[name], "103");
        ids["app"] = (await Owner.PostAsync("/api/tenant/apps",
            new { name = "a", redirect_uris = new[] { "https://a.example/back" }, scopes = new[] { "read" }, confidential = false }))
            .Text("client_id");
        var channel = new { kind = "email", target = "ada@example.com", enabled = true, events = new[] { "gap" }, time_zone = "UTC" };
        var settings = await Owner.SendAsync(HttpMethod.Put, "/api/user/notification_settings", new { channels = new[] { channel } },
            Owner.AccessToken);
        ids["channel"] = settings.Json.GetProperty("channels")[0].GetProperty("id").GetString()!;
    }

    private Task MakeOfAccountAsync(Func<string, Guid> id, string money) => Api.ExecuteAsync($"""
        insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, side, type, qty, status, valid_until, created_at)
            values ('{id("order")}', '{Owner.TenantId}', '{id("account")}', 'acme', 1000, 'c', 'open', '{"{}"}', 'EURUSD', 'BUY', 'LIMIT', 1, 'WORKING', now(), now());
        insert into trading.order_events (tenant_id, order_id, kind) values ('{Owner.TenantId}', '{id("order")}', 'sent');
        insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, pnl, opened_at, updated_at)
            values ('{id("position")}', '{Owner.TenantId}', '{id("account")}', 'acme', 'p', 'EURUSD', 'EURUSD', 'BUY', 1, 1.1, {money}, now(), now());
        insert into alerts.webhooks_log (id, tenant_id, account_id, broker, received_at, method, path, status, payload)
            values ('{id("webhook")}', '{Owner.TenantId}', '{id("account")}', 'acme', now(), 'POST', '/webhook/acme', 422, '{"{}"}');
        insert into insights.trades (id, tenant_id, account_id, broker, symbol, side, qty, exit_at, gross_pnl, net_pnl, fees, currency, turned)
            values ('{id("trade")}', '{Owner.TenantId}', '{id("account")}', 'acme', 'EURUSD', 'BUY', 1, now(), {money}, {money}, 0, 'USD', 0);
        insert into insights.equity_snapshots (account_id, at, tenant_id, currency, equity, balance, is_daily)
            values ('{id("account")}', now() - interval '1 hour', '{Owner.TenantId}', 'USD', {money}, {money}, false);
        insert into live.notifications (id, tenant_id, severity, kind, text, accounts)
            values ('{id("notification")}', '{Owner.TenantId}', 'info', 'x', 'x', array['{id("account")}'::uuid]);
        insert into strategies.activations (id, tenant_id, strategy_id, account_id)
            values ('{id("activation")}', '{Owner.TenantId}', '{ids["strategy"]}', '{id("account")}');
        """);

    private Task AgeAsync(string which) =>
        Api.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where {which}");

    private static async Task<Person> TokenAsync(Person person, string scope) =>
        person.With((await person.PostAsync("/api/user/tokens", new { name = scope, scopes = new[] { scope } })).Text("token"));

    public ValueTask DisposeAsync() => ((IAsyncDisposable)Api).DisposeAsync();

    [GeneratedRegex("{([a-z*]+)}")]
    private static partial Regex Placeholder();
}
