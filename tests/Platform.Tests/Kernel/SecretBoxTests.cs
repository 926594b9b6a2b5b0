using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Tests.Kernel.Keys;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

[Trait("Control", "B1")]
public sealed class SecretBoxTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly TenantId ada = new(Guid.NewGuid());
    private readonly TenantId eve = new(Guid.NewGuid());

    private SecretBox Box => platform.Secrets;

    [Fact]
    public async Task What_was_sealed_opens_for_its_owner_and_in_another_process()
    {
        await using var other = PlatformFixture.KeysOf(platform.Configuration);
        foreach (var tenant in new TenantId?[] { ada, null })
        {
            var box = Box.Seal(tenant, "hunter2", "account:1");

            Box.OpenText(tenant, box, "account:1").ShouldBe("hunter2");
            other.GetRequiredService<SecretBox>().OpenText(tenant, box, "account:1").ShouldBe("hunter2");
        }
    }

    [Fact]
    public void A_value_moved_to_another_row_or_tenant_does_not_open()
    {
        var box = Box.Seal(ada, "hunter2", "account:1");
        Box.Seal(eve, "theirs", "account:1");

        Should.Throw<CryptographicException>(() => Box.Open(ada, box, "account:2"));
        Should.Throw<CryptographicException>(() => Box.Open(eve, box, "account:1"));
        Should.Throw<CryptographicException>(() => Box.Open(null, box, "account:1"));
    }

    [Fact]
    public void One_flipped_bit_does_not_open_wherever_it_is()
    {
        var box = Box.Seal(ada, "hunter2", "account:1");

        for (var at = 0; at < box.Length; at++)
        {
            box[at] ^= 1;
            Should.Throw<CryptographicException>(() => Box.Open(ada, box, "account:1"), $"byte {at}");
            box[at] ^= 1;
        }
        for (var length = 0; length < box.Length; length++)
            Should.Throw<CryptographicException>(() => Box.Open(ada, box.AsSpan(0, length), "account:1"));
        Box.OpenText(ada, box, "account:1").ShouldBe("hunter2");
    }

    [Fact]
    public async Task A_key_is_read_also_where_the_connections_that_lie_in_the_pool_were_cut()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Box.Seal(new TenantId(Guid.NewGuid()), "x", "o"))));
        await using (var command = platform.Database.System.CreateCommand("""
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
            """))
        {
            await command.ExecuteNonQueryAsync();
        }

        Box.OpenText(eve, Box.Seal(eve, "hunter2", "o"), "o").ShouldBe("hunter2");
    }

    [Fact]
    public async Task Each_tenant_has_one_key_of_its_own_however_many_processes_ask_for_it_first()
    {
        var processes = Enumerable.Range(0, 4).Select(_ => PlatformFixture.KeysOf(platform.Configuration)).ToArray();

        var boxes = await Task.WhenAll(
            processes.Select(process => Task.Run(() => process.GetRequiredService<SecretBox>().Seal(ada, "hunter2", "o"))));

        boxes.Select(box => Convert.ToHexString(box, 1, 16)).Distinct().ShouldHaveSingleItem()
            .ShouldNotBe(Convert.ToHexString(Box.Seal(eve, "x", "o"), 1, 16));
        foreach (var process in processes)
        {
            foreach (var box in boxes) process.GetRequiredService<SecretBox>().OpenText(ada, box, "o").ShouldBe("hunter2");
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_destroyed_key_opens_nothing_any_more_and_no_new_one_takes_its_place()
    {
        var clock = new ShiftedClock();
        await using var running = PlatformFixture.KeysOf(platform.Configuration, clock);
        var box = running.GetRequiredService<SecretBox>();
        var (mine, theirs) = (box.Seal(ada, "hunter2", "o"), box.Seal(eve, "theirs", "o"));

        await using (var destroy = platform.Database.System.CreateCommand($"select kernel.destroy_data_key('{ada}')"))
            await destroy.ExecuteNonQueryAsync();

        Should.Throw<CryptographicException>(
            () => PlatformFixture.KeysOf(platform.Configuration).GetRequiredService<SecretBox>().Open(ada, mine, "o"));
        clock.Move(DataKeys.KeptFor);
        Should.Throw<CryptographicException>(() => box.Open(ada, mine, "o"));
        Should.Throw<CryptographicException>(() => box.Seal(ada, "again", "o"));
        box.OpenText(eve, theirs, "o").ShouldBe("theirs");
    }

    [Fact]
    public async Task A_key_that_is_known_goes_on_while_its_row_cannot_be_read()
    {
        var clock = new ShiftedClock();
        await using var running = PlatformFixture.KeysOf(platform.Configuration, clock);
        var box = running.GetRequiredService<SecretBox>();
        var secret = box.Seal(ada, "hunter2", "o");
        clock.Move(DataKeys.KeptFor);
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection, "revoke select on kernel.data_keys from tradeflow_system");

        try
        {
            box.OpenText(ada, secret, "o").ShouldBe("hunter2");
            box.OpenText(ada, box.Seal(ada, "again", "o"), "o").ShouldBe("again");
            Should.Throw<Npgsql.NpgsqlException>(() => box.Seal(eve, "x", "o"));
        }
        finally
        {
            await PlatformFixture.ExecuteAsync(platform.OwnerConnection, "grant select on kernel.data_keys to tradeflow_system");
        }
    }

    [Fact]
    public async Task The_roles_of_tenants_reach_no_key()
    {
        await using var app = platform.Database.App.CreateCommand("select count(*) from kernel.data_keys");

        (await Should.ThrowAsync<Npgsql.PostgresException>(() => app.ExecuteScalarAsync())).SqlState
            .ShouldBe(Npgsql.PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("bm90IGxvbmcgZW5vdWdo")]
    public void What_is_no_key_is_named_by_its_setting(string text)
    {
        Should.Throw<MasterKeyException>(() => MasterKeyText.Process(platform, text).GetRequiredService<SecretBox>()).Message
            .ShouldBe("Secrets:MasterKey must be at least 32 bytes in base64.");
        Should.Throw<MasterKeyException>(
            () => MasterKeyText.Process(platform, PlatformFixture.MasterKey, text).GetRequiredService<SecretBox>())
            .Message.ShouldBe("Secrets:OldMasterKeys:0 must be at least 32 bytes in base64.");
    }
}
