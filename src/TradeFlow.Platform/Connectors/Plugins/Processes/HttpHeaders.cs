namespace TradeFlow.Platform.Connectors.Plugins.Processes;

internal static class HttpHeaders
{
    /// <summary>As they were written. The length goes with the body.</summary>
    public static Dictionary<string, string[]> Of(System.Net.Http.Headers.HttpHeaders headers) => headers.NonValidated
        .Where(header => header.Key != "Content-Length")
        .ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
}
