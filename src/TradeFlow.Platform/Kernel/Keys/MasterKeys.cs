using Microsoft.Extensions.Configuration;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>
/// The master keys that this process was given: <c>Secrets:MasterKey</c>, and in <c>Secrets:OldMasterKeys</c> those that it was before, for
/// as long as something is sealed by them.
/// </summary>
internal sealed class MasterKeys
{
    private const string NewestSetting = "Secrets:MasterKey";
    private const string OldSetting = "Secrets:OldMasterKeys";

    /// <exception cref="MasterKeyException">There is none, or one is no key.</exception>
    public MasterKeys(IConfiguration configuration)
    {
        var newest = Read(NewestSetting, configuration[NewestSetting]
            ?? throw new MasterKeyException(
                $"{NewestSetting} is not set: give 32 random bytes in base64 (the AppHost makes one by itself)."));
        // What names a file stands beside its value, which was read from it at the start.
        var old = configuration.GetSection(OldSetting).GetChildren()
            .Where(one => one.Value is { Length: > 0 } && !one.Key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase))
            .Select(one => Read(one.Path, one.Value!)); // not null: chosen so
        All = [.. old.Prepend(newest).DistinctBy(key => key.Id)];
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<MasterKey> All { get; }

    public MasterKey Newest => All[0];

    /// <param name="which">The id of the master key that is missing, with what it seals.</param>
    public MasterKeyException NotGiven(string which) => new(
        $"The secrets of this database are sealed by master key {which}, which was not given. Given: {string.Join(", ", All)}. " +
        $"Give it back as {NewestSetting}, or in {OldSetting} beside a newer one (docs/runbooks/keys.md).");

    public MasterKey? Find(string id) => All.FirstOrDefault(key => key.Id == id);

    private static MasterKey Read(string setting, string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= 32
            ? new MasterKey(setting, bytes[..length].ToArray())
            : throw new MasterKeyException($"{setting} must be at least 32 bytes in base64.");
    }
}
