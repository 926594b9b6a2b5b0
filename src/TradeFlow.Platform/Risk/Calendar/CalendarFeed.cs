using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>Fetches the feed from a file or from http.</summary>
internal sealed class CalendarFeed(IHttpClientFactory http)
{
    public const string ClientName = "calendar";

    /// <param name="Content"><c>null</c> when it is as it was.</param>
    internal sealed record Fetched(byte[]? Content, string? Etag);

    public static bool IsFile(string address) => !address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="IOException">The file or the answer cannot be read.</exception>
    /// <exception cref="HttpRequestException">The server does not answer, or not with 200.</exception>
    /// <exception cref="FormatException">It is too large.</exception>
    public async Task<Fetched> FetchAsync(string address, string? etag, CancellationToken ct)
    {
        if (IsFile(address)) return await ReadFileAsync(address, etag, ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (etag is not null && EntityTagHeaderValue.TryParse(etag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
        using var client = http.CreateClient(ClientName);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.StatusCode == HttpStatusCode.NotModified) return new Fetched(null, etag);
        if (answer.StatusCode != HttpStatusCode.OK) throw new HttpRequestException($"The feed answered {(int)answer.StatusCode}.");
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        return new Fetched(await ReadAsync(body, ct), answer.Headers.ETag?.ToString());
    }

    private static async Task<Fetched> ReadFileAsync(string address, string? etag, CancellationToken ct)
    {
        var path = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : address;
        var file = new FileInfo(path);
        if (!file.Exists) throw new IOException("The file of the feed is not there.");
        var version =
            $"{file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture)}-{file.Length.ToString(CultureInfo.InvariantCulture)}";
        if (version == etag) return new Fetched(null, etag);
        await using var stream = file.OpenRead();
        return new Fetched(await ReadAsync(stream, ct), version);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (content.Length + read > FeedReader.LargestFile) throw new FormatException("The calendar is larger than 2 MB.");
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }
}
