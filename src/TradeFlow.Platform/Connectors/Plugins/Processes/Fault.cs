using System.Net.WebSockets;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>
/// An exception on its way to the other process: what the contract gives a meaning to arrives as what it was, all else as its name and
/// words.
/// </summary>
internal sealed record Fault(string Type, string Message)
{
    private const int LongestText = 2000;

    public ConnectorErrorKind? Kind { get; init; }
    public HttpRequestError? Http { get; init; }
    public WebSocketError? Socket { get; init; }
    public PluginState? Refused { get; init; }
    public TimeSpan? RetryAfter { get; init; }

    public static byte[] Write(Exception exception) => JsonSerializer.SerializeToUtf8Bytes(Of(exception), WireJson.Default.Fault);

    public static Exception Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, WireJson.Default.Fault)?.ToException() ?? new ForeignException("", "");
        }
        catch (JsonException)
        {
            return new ForeignException("Fault", "It cannot be read.");
        }
    }

    private static Fault Of(Exception exception)
    {
        var fault = new Fault(Cut(exception.GetType().Name), Cut(MessageOf(exception)));
        return exception switch
        {
            ConnectorException known => fault with { Kind = known.Kind, RetryAfter = known.RetryAfter },
            RequestNotSentException notSent => fault with { RetryAfter = notSent.RetryAfter },
            HttpRequestException http => fault with { Http = http.HttpRequestError },
            WebSocketException socket => fault with { Socket = socket.WebSocketErrorCode },
            PluginRefusedException refused => fault with { Refused = refused.State },
            OperationCanceledException => fault with { Type = nameof(OperationCanceledException) },
            _ => fault,
        };
    }

    private Exception ToException() => Type switch
    {
        _ when Kind is { } kind => new ConnectorException(kind, Message) { RetryAfter = RetryAfter },
        _ when Http is { } http => new HttpRequestException(http, Message),
        _ when Socket is { } socket => new WebSocketException(socket, Message),
        _ when Refused is { } state => new PluginRefusedException(state, Message),
        nameof(RequestNotSentException) => new RequestNotSentException(Message) { RetryAfter = RetryAfter },
        nameof(OperationCanceledException) => new OperationCanceledException(Message),
        nameof(TimeoutException) => new TimeoutException(Message),
        nameof(ArgumentException) => new ArgumentException(Message),
        nameof(NotSupportedException) => new NotSupportedException(Message),
        _ => new ForeignException(Type, Message),
    };

    // An exception of the plugin's own type may throw while it is asked for its words.
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception)
        {
            return "";
        }
    }

    // Half a character at the cut, or one that is none, would not be taken by the writer.
    private static string Cut(string text) => Kernel.ForeignText.Clean(text, LongestText);
}
