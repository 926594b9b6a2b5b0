using System.Text.Json;
using System.Text.RegularExpressions;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Delivery.Http;

namespace TradeFlow.Platform.Delivery.Channels.Discord;

/// <summary>A message by a webhook of a Discord channel (Execute Webhook). Nobody is mentioned, whatever the text holds.</summary>
internal sealed partial class DiscordChannel : IChannelKind, IDisposable
{
    private const int LongestText = 1900;
    private static readonly string[] Hosts = ["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"];
    private readonly OutsideHttp http = new(static (_, _) => false);

    public string Kind => "discord";

    public Task<string?> ProblemAsync(string target, CancellationToken ct) => Task.FromResult(
        Uri.TryCreate(target, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort
        && url.UserInfo.Length == 0
            && Hosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase) && url.Query.Length == 0 && url.Fragment.Length == 0
                && Path().IsMatch(url.AbsolutePath)
                ? null : "Enter the webhook URL of a Discord channel: https://discord.com/api/webhooks/…");

    public async Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct)
    {
        var title = message.Event == ChannelEvent.Test ? "Test" : ChannelEvent.TitleOf(message.Event);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new DiscordMessage(ForeignLength.Cut($"**{title}**\n{message.Text}", LongestText), new DiscordMentions([])),
            ChannelJson.Default.DiscordMessage);
        var answer = await http.PostAsync(new Uri(channel.Target), body, [], ct);
        return answer.IsGood ? null : new ChannelFault(answer.Status is { } status ? $"Discord answered {status}." : answer.Text);
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex(@"^/api(/v[0-9]{1,2})?/webhooks/[0-9]{1,20}/[A-Za-z0-9_-]{1,100}\z", RegexOptions.None, 1000)]
    private static partial Regex Path();
}

internal sealed record DiscordMessage(string Content, DiscordMentions AllowedMentions);

internal sealed record DiscordMentions(IReadOnlyList<string> Parse);
