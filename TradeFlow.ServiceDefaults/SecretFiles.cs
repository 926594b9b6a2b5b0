using Microsoft.Extensions.Configuration;

namespace TradeFlow.ServiceDefaults;

/// <summary>
/// <c>Stripe__SecretKey_FILE=/run/secrets/stripe</c> instead of <c>Stripe__SecretKey</c>: the value is what the file holds, without line
/// breaks at its end. Any setting of a section may be given so; it is read once, at the start.
/// </summary>
public static class SecretFiles
{
    private const string Ending = "_FILE";
    private const long Longest = 64 * 1024;

    /// <exception cref="InvalidOperationException">A file cannot be read, or a setting is given in both ways: a sentence that names
    /// it.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        // Names without a section are the machine's own: SSL_CERT_FILE is no secret of ours.
        var files = configuration.AsEnumerable().Where(setting => setting is { Value.Length: > 0 } && setting.Key.Contains(':',
            StringComparison.Ordinal) && setting.Key.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)).ToArray();
        // not empty: chosen so
        if (files.Length > 0) configuration.AddInMemoryCollection([.. files.Select(file => Read(configuration, file.Key, file.Value!))]);
    }

    private static KeyValuePair<string, string?> Read(IConfiguration configuration, string key, string path)
    {
        var name = key[..^Ending.Length];
        if (configuration[name] is { Length: > 0 })
            throw new InvalidOperationException($"{Variable(name)} and {Variable(key)} are both set: keep one of them.");
        try
        {
            if (new FileInfo(path).Length > Longest)
                throw new InvalidOperationException($"{Variable(key)} names {path}, which is too large for a secret.");
            if (File.ReadAllText(path).TrimEnd('\r', '\n') is { Length: > 0 } value) return new(name, value);
            throw new InvalidOperationException($"{Variable(key)} names {path}, which is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{Variable(key)} names {path}, which cannot be read: {e.Message}", e);
        }
    }

    private static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
