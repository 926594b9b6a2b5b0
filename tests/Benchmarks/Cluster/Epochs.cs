using Npgsql;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>When an epoch of a lane began.</summary>
internal sealed record Epoch(Guid Account, long Number, string Holder, DateTimeOffset At);

/// <summary>Has PostgreSQL keep when each epoch of a lane begins: a table and a trigger that are this run's own.</summary>
internal static class Epochs
{
    private const string Watch = """
        create table if not exists public.bench_epochs (
            account uuid not null, epoch bigint not null, holder text not null, at timestamptz not null default clock_timestamp());
        create or replace function public.bench_epoch() returns trigger language plpgsql security definer as $$
        begin
            insert into public.bench_epochs (account, epoch, holder) values (new.account_id, new.epoch, new.holder);
            return null;
        end $$;
        create or replace trigger bench_epoch after update of epoch on trading.lanes for each row
            when (new.epoch <> old.epoch) execute function public.bench_epoch();
        """;

    public static async Task WatchAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(Watch);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Those of each account, the earlier first.</summary>
    public static async Task<ILookup<Guid, Epoch>> ReadAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select account, epoch, holder, at from public.bench_epochs order by epoch");
        await using var rows = await command.ExecuteReaderAsync();
        List<Epoch> begun = [];
        while (await rows.ReadAsync())
            begun.Add(new Epoch(rows.GetGuid(0), rows.GetInt64(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3)));
        return begun.ToLookup(epoch => epoch.Account);
    }
}
