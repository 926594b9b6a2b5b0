using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Tests.Support;
using static TradeFlow.Platform.Tests.Kernel.Keys.MasterKeyText;

namespace TradeFlow.Platform.Tests.Kernel.Keys;

/// <summary>Several master keys, a new one while programs run, and one that is gone. Each test has a database of its own.</summary>
[Trait("Control", "B1")]
public sealed class MasterKeyTests : IAsyncLifetime
{
    private const string Old = PlatformFixture.MasterKey;
    private readonly PlatformFixture platform = new();
    private readonly string fresh = New();
    private readonly TenantId ada = new(Guid.NewGuid());

    public ValueTask InitializeAsync() => platform.InitializeAsync();

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task After_the_rotation_the_old_key_is_needed_by_nothing_and_nothing_derived_has_changed()
    {
        var box = platform.Secrets.Seal(ada, "hunter2", "o");
        var own = platform.Secrets.Seal(null, "seed", "o");
        await using var before = Process(platform, Old);
        var pepper = before.GetRequiredService<KeyRing>().Derive("api-key");

        var (code, said) = await RotateAsync(fresh, Old);

        code.ShouldBe(0, said);
        said.ShouldContain($"(Secrets:OldMasterKeys:0) is needed by nothing any more");
        await using var after = Process(platform, fresh);
        after.GetRequiredService<DataKeys>().Check();
        after.GetRequiredService<SecretBox>().OpenText(ada, box, "o").ShouldBe("hunter2");
        after.GetRequiredService<SecretBox>().OpenText(null, own, "o").ShouldBe("seed");
        after.GetRequiredService<KeyRing>().Derive("api-key").ShouldBe(pepper);
        (await RotateAsync(fresh)).Said.ShouldContain("0 data keys sealed by it anew");
    }

    [Fact]
    public async Task Before_the_rotation_a_start_without_the_old_key_says_which_one_is_missing_and_changes_nothing()
    {
        var box = platform.Secrets.Seal(ada, "hunter2", "o");
        await using var before = Process(platform, Old);
        var id = before.GetRequiredService<MasterKeys>().Newest.Id;

        await using var without = Process(platform, fresh);

        var said = Should.Throw<MasterKeyException>(() => without.GetRequiredService<DataKeys>().Check()).Message;
        said.ShouldContain(id);
        said.ShouldContain("Secrets:OldMasterKeys");
        Should.Throw<CryptographicException>(() => without.GetRequiredService<SecretBox>().Seal(new TenantId(Guid.NewGuid()), "x", "o"));
        await using var back = Process(platform, fresh, Old);
        back.GetRequiredService<DataKeys>().Check();
        back.GetRequiredService<SecretBox>().OpenText(ada, box, "o").ShouldBe("hunter2");
    }

    // The first of several processes has been given the new key; the others come later.
    [Fact]
    public async Task Until_the_rotation_a_process_that_has_the_new_key_makes_nothing_that_the_others_cannot_open()
    {
        platform.Secrets.Seal(null, "x", "o");
        await using var first = Process(platform, fresh, Old);

        var box = first.GetRequiredService<SecretBox>().Seal(ada, "hunter2", "o");

        await using var other = Process(platform, Old);
        other.GetRequiredService<SecretBox>().OpenText(ada, box, "o").ShouldBe("hunter2");
        (await RotateAsync(fresh, Old)).Code.ShouldBe(0);
        var later = first.GetRequiredService<SecretBox>().Seal(new TenantId(Guid.NewGuid()), "hunter2", "o");
        later.ShouldNotBeEmpty();
        (await RotateAsync(fresh, Old)).Said.ShouldContain("0 data keys sealed by it anew");
    }

    [Fact]
    public async Task A_process_that_was_forgotten_goes_on_with_the_keys_that_it_has()
    {
        var clock = new ShiftedClock();
        await using var forgotten = PlatformFixture.KeysOf(platform.Configuration, clock);
        var box = forgotten.GetRequiredService<SecretBox>();
        var secret = box.Seal(ada, "hunter2", "o");

        (await RotateAsync(fresh, Old)).Code.ShouldBe(0);
        clock.Move(DataKeys.KeptFor);

        box.OpenText(ada, secret, "o").ShouldBe("hunter2");
        Should.Throw<CryptographicException>(() => box.Seal(new TenantId(Guid.NewGuid()), "x", "o")).Message.ShouldContain("was not given");
    }

    [Fact]
    public async Task Whoever_reads_and_writes_meanwhile_never_fails()
    {
        var tenants = Enumerable.Range(0, 300).Select(_ => new TenantId(Guid.NewGuid())).ToArray();
        var secrets = tenants.Select(tenant => platform.Secrets.Seal(tenant, $"of {tenant}", "o")).ToArray();
        using var stop = new CancellationTokenSource();
        var opened = 0;
        var people = Enumerable.Range(0, 3).Select(number => Task.Run(async () =>
        {
            for (var round = number; !stop.IsCancellationRequested; round++)
            {
                // Each round a process that knows no key yet.
                await using var process = Process(platform, fresh, Old);
                var box = process.GetRequiredService<SecretBox>();
                for (var at = round % 7; at < tenants.Length; at += 7)
                    box.OpenText(tenants[at], secrets[at], "o").ShouldBe($"of {tenants[at]}");
                var newcomer = new TenantId(Guid.NewGuid());
                box.OpenText(newcomer, box.Seal(newcomer, "new", "o"), "o").ShouldBe("new");
                Interlocked.Increment(ref opened);
            }
        })).ToArray();

        await Eventually.True(() => Volatile.Read(ref opened) > 3, TimeSpan.FromSeconds(30), "they read and write");
        // Two at once.
        var results = await Task.WhenAll(RotateAsync(fresh, Old), RotateAsync(fresh, Old));
        var then = Volatile.Read(ref opened);
        await Eventually.True(() => Volatile.Read(ref opened) > then + 3, TimeSpan.FromSeconds(30), "they read and write afterwards");
        await stop.CancelAsync();
        await Task.WhenAll(people);

        results.ShouldAllBe(result => result.Code == 0);
        await using var after = Process(platform, fresh);
        after.GetRequiredService<DataKeys>().Check();
        for (var at = 0; at < tenants.Length; at++)
            after.GetRequiredService<SecretBox>().OpenText(tenants[at], secrets[at], "o").ShouldBe($"of {tenants[at]}");
    }

    [Fact]
    public async Task A_rotation_that_was_stopped_halfway_needs_both_keys_and_is_ended_by_the_next()
    {
        var tenants = Enumerable.Range(0, 250).Select(_ => new TenantId(Guid.NewGuid())).ToArray();
        var secrets = tenants.Select(tenant => platform.Secrets.Seal(tenant, "hunter2", "o")).ToArray();
        await using (var stopped = Process(platform, fresh, Old))
            await Should.ThrowAsync<IOException>(
                () => stopped.GetRequiredService<KeyRotation>().RunAsync(new EndsAt("so far"), CancellationToken.None));

        foreach (var one in new[] { fresh, Old })
        {
            await using var alone = Process(platform, one);
            Should.Throw<MasterKeyException>(() => alone.GetRequiredService<DataKeys>().Check());
        }
        await using (var both = Process(platform, fresh, Old))
            for (var at = 0; at < tenants.Length; at++)
                both.GetRequiredService<SecretBox>().OpenText(tenants[at], secrets[at], "o").ShouldBe("hunter2");
        (await RotateAsync(fresh, Old)).Code.ShouldBe(0);
        await using var after = Process(platform, fresh);
        for (var at = 0; at < tenants.Length; at++)
            after.GetRequiredService<SecretBox>().OpenText(tenants[at], secrets[at], "o").ShouldBe("hunter2");
    }

    [Fact]
    public async Task An_installation_from_before_goes_on_with_what_its_master_key_has_sealed_and_derived()
    {
        var secret = await BeforeAsync();

        await using var upgraded = Process(platform, Old);
        upgraded.GetRequiredService<DataKeys>().Check();

        foreach (var purpose in new[] { "api-key", "agent-key", "recovery-code", "known-device", "audit-seal", "oauth-tokens" })
            upgraded.GetRequiredService<KeyRing>().Derive(purpose).ShouldBe(Derived(Old, purpose));
        upgraded.GetRequiredService<SecretBox>().OpenText(ada, secret, "o").ShouldBe("hunter2");
        (await RotateAsync(fresh, Old)).Code.ShouldBe(0);
        await using var after = Process(platform, fresh);
        after.GetRequiredService<KeyRing>().Derive("api-key").ShouldBe(Derived(Old, "api-key"));
        after.GetRequiredService<SecretBox>().OpenText(ada, secret, "o").ShouldBe("hunter2");
    }

    [Fact]
    public async Task An_installation_from_before_is_not_taken_over_by_another_master_key()
    {
        await BeforeAsync();

        await using (var wrong = Process(platform, fresh, New()))
            Should.Throw<MasterKeyException>(() => wrong.GetRequiredService<DataKeys>().Check()).Message
                .ShouldContain("None of the master keys that were given opens");

        // It may come with a new one, in any place.
        await using var right = Process(platform, fresh, Old);
        right.GetRequiredService<DataKeys>().Check();
        right.GetRequiredService<KeyRing>().Derive("api-key").ShouldBe(Derived(Old, "api-key"));
    }

    /// <summary>The database as the version before left it, migrated by this one.</summary>
    private async Task<byte[]> BeforeAsync()
    {
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection,
            "drop table kernel.data_keys; delete from public.schema_migrations where file = '0003_data_keys.sql'");
        var key = Derived(Old, "seal");
        await using (var insert =
            platform.Database.System.CreateCommand("insert into tenancy.signing_keys (kid, sealed, created_at) values ('k1', $1, now())"))
        {
            insert.Parameters.AddWithValue(SealedBefore(key, [1, 2, 3], "signing-key:k1"));
            await insert.ExecuteNonQueryAsync();
        }
        await platform.Migrator.RunAsync(CancellationToken.None);
        return SealedBefore(key, Encoding.UTF8.GetBytes("hunter2"), "o");
    }

    private async Task<(int Code, string Said)> RotateAsync(string newest, params string[] old)
    {
        await using var process = Process(platform, newest, old);
        await using var said = new StringWriter();
        var code = await process.GetRequiredService<KeyRotation>().RunAsync(said, CancellationToken.None);
        return (code, said.ToString());
    }

    /// <summary>The command ends where it would have said this.</summary>
    private sealed class EndsAt(string text) : StringWriter
    {
        public override Task WriteLineAsync(string? value) =>
            value?.Contains(text, StringComparison.Ordinal) == true ? throw new IOException("ended") : base.WriteLineAsync(value);
    }
}
