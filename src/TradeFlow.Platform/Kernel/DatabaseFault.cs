using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>Tells a database that is away from one that will never take a statement.</summary>
public static class DatabaseFault
{
    /// <summary>
    /// True when the same statement may work later: no connection, no answer, a server that starts, stops, is full or only reads for now.
    /// False for what PostgreSQL refuses for good, such as a NUL in a text or a number that is too large, and for everything that is no
    /// fault of the database.
    /// </summary>
    public static bool Passes(Exception e) => e switch
    {
        // 25006: it only reads, as after a failover; 57: somebody has ended the statement or the server.
        PostgresException refused =>
            refused.IsTransient || refused.SqlState == "25006" || refused.SqlState.StartsWith("57", StringComparison.Ordinal),
        NpgsqlException or TimeoutException => true,
        _ => false,
    };
}
