using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TradeFlow.Platform.Kernel.Keys;

public static class KeyRegistration
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Beside a <see cref="Database"/> and the configuration.</summary>
    internal static void AddKeys(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MasterKeys>();
        services.AddSingleton<DataKeys>();
        services.AddSingleton(provider => new KeyRing(provider.GetRequiredService<DataKeys>()));
        services.AddSingleton(provider => new SecretBox(provider.GetRequiredService<DataKeys>()));
        services.AddSingleton<KeyRotation>();
    }

    /// <summary>Before a program runs: its keys open what is in its database. Waits for a database that is away.</summary>
    /// <returns>False when they do not; the reason was written, and the program is to end.</returns>
    public static async Task<bool> HasKeysAsync(this IHost program, TextWriter errors, CancellationToken ct = default)
    {
        var services = program.Services;
        while (true)
        {
            try
            {
                services.GetRequiredService<DataKeys>().Check();
                return true;
            }
            catch (MasterKeyException e)
            {
                return await RefuseAsync(e.Message);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
            {
                return await RefuseAsync("The database is of another version: run 'migrate' first (docs/runbooks/start.md).");
            }
            catch (Exception e) when (DatabaseFault.Passes(e))
            {
                services.GetRequiredService<ILoggerFactory>().CreateLogger("TradeFlow.Keys")
                    .LogWarning("PostgreSQL does not answer: {Reason}", e.Message);
                await Task.Delay(Pause, services.GetRequiredService<TimeProvider>(), ct);
            }
        }

        async Task<bool> RefuseAsync(string reason)
        {
            await errors.WriteLineAsync($"Cannot start: {reason}");
            Environment.ExitCode = 1;
            return false;
        }
    }

    /// <summary>Moves everything to the newest master key, for the command of the Worker.</summary>
    /// <returns>The exit code: 0 when all is sealed by it, 1 when something is left.</returns>
    public static Task<int> RotateKeysAsync(this IHost program, TextWriter output, CancellationToken ct) =>
        program.Services.GetRequiredService<KeyRotation>().RunAsync(output, ct);
}
