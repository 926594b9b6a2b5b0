using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Delivery.Http;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Channels.Telegram;

/// <summary>
/// A message of our bot (Bot API, <c>sendMessage</c>). Where the API is, the operator says: it may be in our own network.
/// </summary>
internal sealed partial class TelegramChannel(IOptions<TelegramOptions> options) : IChannelKind, IDisposable
{
    private const int LongestText = 4000;
    private const int LongestReason = 200;
    private readonly OutsideHttp http = new(static (_, _) => true);

    public string Kind => "telegram";

    public Task<string?> ProblemAsync(string target, CancellationToken ct) => Task.FromResult(
        options.Value.BotToken is not { Length: > 0 } ? "Telegram is not set up on this server."
        : Chat().IsMatch(target) ? null
        : "Enter the number of a chat such as 123456789, or the name of a channel such as @my_channel.");

    public async Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct)
    {
        if (options.Value.BotToken is not { Length: > 0 } token) return new ChannelFault("Telegram is not set up on this server.");
        var title = message.Event == ChannelEvent.Test ? "Test" : ChannelEvent.TitleOf(message.Event);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new TelegramMessage(channel.Target, ForeignLength.Cut($"{title}\n{message.Text}", LongestText)),
            ChannelJson.Default.TelegramMessage);
        var answer = await http.PostAsync(new Uri($"{options.Value.ApiBase.TrimEnd('/')}/bot{token}/sendMessage"), body, [], ct);
        if (answer.IsGood) return null;
        return new ChannelFault(answer.Status is { } status
            ? $"Telegram answered {status}: {ForeignText.Clean(WordsOf(answer.Text), LongestReason)}".TrimEnd(' ', ':') : answer.Text);
    }

    // {"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}
    private static string? WordsOf(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("description", out var words)
                && words.ValueKind == JsonValueKind.String ? words.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex(@"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})\z", RegexOptions.None, 1000)]
    private static partial Regex Chat();
}

internal sealed record TelegramMessage(string ChatId, string Text);
