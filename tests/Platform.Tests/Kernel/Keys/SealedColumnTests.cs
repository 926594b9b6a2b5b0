using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Tests.Accounts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Tenancy;
using static TradeFlow.Platform.Tests.Kernel.Keys.MasterKeyText;

namespace TradeFlow.Platform.Tests.Kernel.Keys;

/// <summary>Every secret of the product, by the product itself: at rest, and sealed anew while it runs.</summary>
[Trait("Control", "B1")]
public sealed class SealedColumnTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    private const string Canary = "CanaryAtRest-7f3a";
    private readonly string fresh = New();

    private PlatformFixture Platform => api.Platform;

    private IReadOnlyList<SealedColumn> Columns => [.. api.Factory.Services.GetServices<SealedColumn>().Distinct()];

    [Fact]
    public async Task Each_column_of_bytes_is_sealed_or_is_no_secret()
    {
        // Hashes and signatures by their names; public keys; what the master key has sealed; what a tenant has exported.
        string[] open =
            ["connectors.log_in_attempts.login", "kernel.data_keys.sealed", "rights.export_parts.bytes", "tenancy.passkeys.credential_id",
                "tenancy.passkeys.public_key", "tenancy.sign_in_locks.email_key", "tenancy.sign_in_locks.key"];
        var columns = await ListAsync("""
            select format('%s.%s.%s', n.nspname, c.relname, a.attname) from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where a.atttypid = 'bytea'::regtype and c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped and n.nspname not in ('pg_catalog', 'information_schema')
            """);

        columns.Where(
            column => !column.EndsWith("hash", StringComparison.Ordinal) && !column.EndsWith(".signature", StringComparison.Ordinal))
            .Except(Columns.Select(column => column.ToString())).Except(open)
            .ShouldBeEmpty("a sealed column is named by its module, or a rotation leaves it behind");
    }

    [Fact]
    public async Task What_was_sealed_before_there_were_data_keys_is_sealed_anew_and_a_replica_without_the_old_key_serves_everybody()
    {
        var ada = await Person.SignUpAsync(api);
        var (seed, recovery) = await ada.TurnOnTwoFactorAsync(stepsAgo: 1);
        var (made, strategy) = await EveryKindAsync(ada);
        await AgeAsync();
        var before = await ReadAllAsync();
        Columns.Select(column => column.ToString()).Except(before.Keys.Select(place => place.Column))
            .ShouldBeEmpty("each column is tried here");

        var (code, said) = await RotateAsync();

        code.ShouldBe(0, said);
        foreach (var column in Columns) said.ShouldContain($"{column}: ", customMessage: said);
        foreach (var column in Columns) (await RowsAsync(column)).ShouldAllBe(row => row.Sealed[0] == 2);
        (await ReadAllAsync()).ShouldBe(before, ignoreOrder: true);
        (await RotateAsync()).Said.ShouldNotContain("from before there were data keys");
        await using var replica = api.NewFactory(Settings(fresh));
        var there = new Person(ApiFixture.NewClient(replica), ada.Email);
        (await there.SendAsync(HttpMethod.Post, $"/api/accounts/{made.Text("id")}/reveal-api-key", new { }, ada.AccessToken))
            .Text("api_key").ShouldBe(made.Text("api_key"));
        (await there.SendAsync(HttpMethod.Get, "/api/strategies", null, ada.AccessToken)).Json.ToString()
            .ShouldContain(strategy.Text("webhook_url").Split('/')[^1]);
        (await there.SendAsync(HttpMethod.Post, $"/webhook/acme/{made.Text("api_key")}", "no alert", null)).Code
            .ShouldNotBe("webhook.unknown_key");
        (await there.SendAsync(HttpMethod.Post, "/webhook/acme/acme_12345678_nobodys", "no alert", null)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInTests.LogInAsync(there, Person.Password, Authenticator.CodeNow(seed))).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(there, Person.Password, recovery[0])).Status.ShouldBe(HttpStatusCode.OK);
        // The session of before, by its refresh token.
        (await there.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = ada.RefreshToken }, null)).Status
            .ShouldBe(HttpStatusCode.OK);
        // The Api of the other tests has the old one alone.
        (await RotateAsync(PlatformFixture.MasterKey, fresh)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_sealed_lies_open_nowhere_in_the_database()
    {
        var ada = await Person.SignUpAsync(api);
        var (made, _) = await EveryKindAsync(ada);
        var worker = NewWorker();
        (await worker.OpenCredentialsAsync(new AccountId(Guid.Parse(made.Text("id"))), CancellationToken.None))["note"].ShouldBe(Canary);
        List<string> canaries = [Canary, made.Text("api_key"), PlatformFixture.MasterKey];
        canaries.AddRange((await KeysAsync()).Select(Convert.ToBase64String));
        var forms = canaries.SelectMany(
            canary => new[] { canary, Hex(Encoding.UTF8.GetBytes(canary)), Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)) })
            .Concat((await KeysAsync()).Append(Convert.FromBase64String(PlatformFixture.MasterKey)).Select(Hex)).ToArray();

        var tables = await ListAsync("""
            select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
            """);
        foreach (var table in tables)
            foreach (var row in await ListAsync($"select t::text from {table} t"))
                foreach (var form in forms) row.ShouldNotContain(form, customMessage: table);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Credentials_that_were_moved_to_another_account_do_not_open(bool ofSameTenant)
    {
        var ada = await Person.SignUpAsync(api);
        await api.ExecuteAsync($"update billing.billing_status set plan = 'pro', status = 'active' where tenant_id = '{ada.TenantId}'");
        List<AccountId> accounts = [];
        foreach (var person in new[] { ada, ofSameTenant ? ada : await Person.SignUpAsync(api) })
            accounts.Add(new AccountId(Guid.Parse((await ScriptedBroker.ConnectAsync(person)).Text("id"))));
        var worker = NewWorker();

        await SwapAsync(accounts);

        foreach (var account in accounts)
            await Should.ThrowAsync<CryptographicException>(() => worker.OpenCredentialsAsync(account, CancellationToken.None));
        await SwapAsync(accounts);
        foreach (var account in accounts) (await worker.OpenCredentialsAsync(account, CancellationToken.None)).ShouldContainKey("password");
    }

    private WorkerAccounts NewWorker() =>
        new(Platform.Database, Platform.Secrets, api.Service<RedisBus>(), api.Service<LiveEvents>(), TimeProvider.System);

    private Task SwapAsync(List<AccountId> two) => api.ExecuteAsync($"""
        update accounts.account_secrets a set sealed = b.sealed from accounts.account_secrets b
        where (a.account_id, b.account_id) in (('{two[0]}', '{two[1]}'), ('{two[1]}', '{two[0]}'))
        """);

    /// <summary>One secret of each column at least, as the product seals it.</summary>
    private async Task<(Answer Account, Answer Strategy)> EveryKindAsync(Person person)
    {
        var email = Person.NewEmail();
        Dictionary<string, object?> form = new() { ["email"] = email, ["password"] = "step", ["server"] = "ACME-1", ["mode"] = "demo" };
        var asked = await person.PostAsync("/register/acme", form);
        form["continuation"] = asked.Json.GetProperty("step").GetProperty("continuation").GetString();
        form["answers"] = new { code = ScriptedBroker.RightCode };
        var made = await person.PostAsync("/register/acme", form);
        made.Status.ShouldBe(HttpStatusCode.Created, made.Json.ToString());
        var (tenant, account) = (new TenantId(person.TenantId), new AccountId(Guid.Parse(made.Text("id"))));
        await StoreAsync("update accounts.account_secrets set sealed = $1 where account_id = $2", account.Value,
            Credentials.Seal(Platform.Secrets, new Dictionary<string, string> { ["note"] = Canary }, tenant, account));

        // The second leaves the first beside it.
        for (var secrets = 0; secrets < 2; secrets++)
            (await person.PostAsync($"/api/accounts/{made.Text("id")}/signing-secret")).Status.ShouldBe(HttpStatusCode.OK);

        var strategy = await person.PostAsync("/api/strategies", new { name = "Mine" });
        strategy.Status.ShouldBe(HttpStatusCode.Created, strategy.Json.ToString());
        var settings = new { channels = new object[] { new { kind = "email", target = person.Email, events = new[] { "gap" } } } };
        var put = await person.SendAsync(HttpMethod.Put, "/api/user/notification_settings", settings, person.AccessToken);
        put.Status.ShouldBe(HttpStatusCode.OK, put.Json.ToString());
        var channel = put.Json.GetProperty("channels")[0].GetProperty("id").GetGuid();
        await StoreAsync("update delivery.channels set secret = $1 where id = $2", channel,
            Platform.Secrets.Seal(tenant, Canary, StoredChannel.SecretOwner(channel)));
        (await person.GetAsync("/api/user/notification_settings/push")).Status
            .ShouldBe(HttpStatusCode.OK, "the first who asks has the key made");
        var other = new Person(person.Http, person.Email);
        other.Take(await person.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = person.RefreshToken }, null));
        person.Take(await person.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = other.RefreshToken }, null));
        return (made, strategy);
    }

    /// <summary>As the version before would have sealed it.</summary>
    private async Task AgeAsync()
    {
        var key = RootKey.OldSealingKey(api.Service<DataKeys>().Root);
        foreach (var column in Columns)
            foreach (var (place, box, tenant, owner) in await RowsAsync(column))
            {
                var old = SealedBefore(key, Platform.Secrets.Open(tenant, box, owner), owner);
                await using var age = Platform.Database.System.CreateCommand(
                    $"update {column.Table} set {column.Column} = {column.Stored("$1")} where ctid = $2::text::tid");
                age.Parameters.AddWithValue(old);
                age.Parameters.AddWithValue(place);
                (await age.ExecuteNonQueryAsync()).ShouldBe(1);
            }
    }

    private async Task<Dictionary<(string Column, string Owner), string>> ReadAllAsync()
    {
        Dictionary<(string, string), string> all = [];
        foreach (var column in Columns)
            foreach (var (_, box, tenant, owner) in await RowsAsync(column))
                all.Add((column.ToString(), owner), Convert.ToBase64String(Platform.Secrets.Open(tenant, box, owner)));
        return all;
    }

    private async Task<List<(string Place, byte[] Sealed, TenantId? Tenant, string Owner)>> RowsAsync(SealedColumn column)
    {
        await using var command = Platform.Database.System.CreateCommand(
            $"select ctid::text, {column.Value}, {column.Tenant}, {column.Owner} from {column.Table} where {column.Where} and length({column.Value}) > 0");
        await using var row = await command.ExecuteReaderAsync();
        List<(string, byte[], TenantId?, string)> rows = [];
        while (await row.ReadAsync()) rows.Add(
            (row.GetString(0), row.GetFieldValue<byte[]>(1), row.IsDBNull(2) ? null : new TenantId(row.GetGuid(2)), row.GetString(3)));
        return rows;
    }

    /// <summary>The data keys and the root, open.</summary>
    private async Task<List<byte[]>> KeysAsync()
    {
        var master = api.Service<MasterKeys>();
        await using var command = Platform.Database.System.CreateCommand(
            "select key_id, tenant_id, purpose, master_key_id, sealed from kernel.data_keys where sealed is not null");
        await using var row = await command.ExecuteReaderAsync();
        List<byte[]> keys = [];
        while (await row.ReadAsync())
            if (master.Find(row.GetString(3)) is { } its)
                keys.Add(its.Unwrap(row.GetFieldValue<byte[]>(4), DataKeys.BoundTo(row.GetGuid(1), row.GetString(2), row.GetGuid(0))));
        return keys;
    }

    private Task<(int Code, string Said)> RotateAsync() => RotateAsync(fresh, PlatformFixture.MasterKey);

    private async Task<(int Code, string Said)> RotateAsync(string newest, string old)
    {
        await using var process = Process(Platform, newest, old);
        await using var said = new StringWriter();
        return (await process.GetRequiredService<KeyRotation>().RunAsync(said, CancellationToken.None), said.ToString());
    }

    private async Task StoreAsync(string sql, Guid id, byte[] box)
    {
        await using var command = Platform.Database.System.CreateCommand(sql);
        command.Parameters.AddWithValue(box);
        command.Parameters.AddWithValue(id);
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    private async Task<List<string>> ListAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Platform.OwnerConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
