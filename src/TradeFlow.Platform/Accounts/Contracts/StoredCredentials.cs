namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>Opened credentials. Never log or keep them.</summary>
/// <param name="Fields">The fields of the Connect form.</param>
/// <param name="SchemaVersion">Version of the form that they were typed into.</param>
internal sealed record StoredCredentials(IReadOnlyDictionary<string, string> Fields, int SchemaVersion, DateTimeOffset StoredAt)
{
    public override string ToString() => $"version {SchemaVersion}";
}
