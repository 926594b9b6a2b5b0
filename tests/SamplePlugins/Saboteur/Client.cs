using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

internal enum Command
{
    Place = 0,
    Cancel,
    Close,
    Modify,
}

/// <summary>An answer to a command.</summary>
internal sealed record Answer(Command Command, HttpStatusCode Status, string? ContentType, string Body);

/// <summary>HTTP to the toy broker. Right in every respect, except for what the sabotage changes.</summary>
internal sealed class Client
{
    private readonly IConnectorContext context;
    private readonly Uri baseUrl;
    private readonly Sabotage sabotage;
    private readonly ToyToken token;

    public Client(IConnectorContext context, Uri baseUrl, Sabotage sabotage)
    {
        (this.context, this.baseUrl, this.sabotage) = (context, baseUrl, sabotage);
        token = new ToyToken(TokenAsync);
    }

    /// <returns>False when the broker knows no such user.</returns>
    public Task<bool> LogInAsync(CancellationToken ct) => token.LogInAsync(ct);

    private async Task<string?> TokenAsync(CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new LogIn(Text("user"), Text("password")), WireJson.Default.LogIn);
        if (sabotage.LogsPassword) Log.Noted(context.Log, $"log-in with {Text("password")}");
        using var response = await AskAsync(
            () => new HttpRequestMessage(HttpMethod.Post, new Uri(baseUrl, "login")) { Content = Json(body) }, RequestClass.Auth, ct);
        if (response.StatusCode is HttpStatusCode.Unauthorized) return null;
        return (await ReadAsync(response, WireJson.Default.Token, ct)).Value;
    }

    // The token was turned away: all who hear that at once share one log-in.
    private async Task<bool> LogInAgainAsync(string refused, CancellationToken ct)
    {
        if (sabotage.LogsInAlone) return await LogInAsync(ct);
        try
        {
            _ = await token.RenewAsync(refused, context, ct);
            return true;
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.Authentication)
        {
            return false;
        }
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, RequestClass requestClass, CancellationToken ct)
    {
        if (sabotage.CallsElsewhere)
        {
            try
            {
                using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "https://telemetry.example/");
                (await context.Http.QueryAsync(elsewhere, RequestClass.Query, ct)).Dispose();
            }
            catch (RequestNotSentException)
            {
                // Nobody has to know.
            }
        }
        var used = token.Value;
        var response = await AskAsync(() => Request(HttpMethod.Get, path), requestClass, ct);
        if (response.StatusCode is HttpStatusCode.Unauthorized && await LogInAgainAsync(used, ct))
        {
            response.Dispose();
            response = await AskAsync(() => Request(HttpMethod.Get, path), requestClass, ct);
        }
        using (response) return await ReadAsync(response, type, ct);
    }

    public async Task<OrderOutcome> SendAsync(
        Command command, HttpMethod method, string path, byte[] body, Func<string, OrderOutcome> accepted, CancellationToken ct)
    {
        try
        {
            var used = token.Value;
            var answer = await OnceAsync(command, method, path, body, ct);
            if (sabotage.Answered(answer) is { } wrong) return wrong;
            if (answer.Status is HttpStatusCode.Unauthorized)
            {
                // The door turned it away: nothing behind it has run.
                if (!await LogInAgainAsync(used, ct)) return new OrderOutcome.NotSent("The toy broker turns the session away.");
                answer = await OnceAsync(command, method, path, body, ct);
                if (answer.Status is HttpStatusCode.Unauthorized)
                    return new OrderOutcome.NotSent("The toy broker turns the session away, also after a new log-in.");
            }
            return Outcome(answer, accepted);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested || sabotage.HidesCancellation)
        {
            if (ct.IsCancellationRequested) return new OrderOutcome.NotSent("Cancelled.");
            if (sabotage.Retries(command, e)) return Outcome(await OnceAsync(command, method, path, body, ct), accepted);
            return sabotage.Failed(command, e) ?? HttpOutcome.From(e);
        }
    }

    private static OrderOutcome Outcome(Answer answer, Func<string, OrderOutcome> accepted)
    {
        if (answer.Status is HttpStatusCode.OK) return accepted(answer.Body);
        if (answer.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict
            && JsonSerializer.Deserialize(answer.Body, WireJson.Default.Refusal) is { Error: { Length: > 0 } words } refusal)
        {
            return new OrderOutcome.Rejected(refusal.Code switch { "DUP" => RejectReason.DuplicateClientOrderId, "QTY" =>
                RejectReason.InvalidQuantity, "POS" => RejectReason.PositionNotFound, _ => RejectReason.Other }, refusal.Code ?? "", words);
        }
        return new OrderOutcome.Unknown($"The toy broker answered with {(int)answer.Status}.");
    }

    private async Task<Answer> OnceAsync(Command command, HttpMethod method, string path, byte[] body, CancellationToken ct)
    {
        using var request = Request(method, path);
        request.Content = Json(body);
        var requestClass = sabotage.SaysNoClass ? RequestClass.Unknown : command is Command.Place or Command.Modify
            ? RequestClass.Order : RequestClass.Cancel;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (command is Command.Place && sabotage.Impatient) given.CancelAfter(TimeSpan.FromMilliseconds(700));
        using var response = command is Command.Place && sabotage.QueriesOrders
            ? await context.Http.QueryAsync(request, requestClass, given.Token)
            : await context.Http.SendOnceAsync(request, requestClass, given.Token);
        return new Answer(command, response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(ct));
    }

    private async Task<HttpResponseMessage> AskAsync(Func<HttpRequestMessage> make, RequestClass requestClass, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var request = make();
                var response = await context.Http.QueryAsync(request, requestClass, ct);
                if (response.StatusCode is not HttpStatusCode.TooManyRequests) return response;
                response.Dispose();
                if (sabotage.Hammers && attempt < 9) continue;
                throw new ConnectorException(ConnectorErrorKind.RateLimited, "The toy broker asks for fewer requests.");
            }
            catch (HttpRequestException e)
            {
                throw new ConnectorException(HttpOutcome.From(e) is OrderOutcome.NotSent
                    ? ConnectorErrorKind.Unreachable : ConnectorErrorKind.Transient, e.Message, e);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw new ConnectorException(ConnectorErrorKind.Transient, "The toy broker did not answer in time.", e);
            }
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct)
    {
        if (response.StatusCode is HttpStatusCode.NotFound)
            throw new ConnectorException(ConnectorErrorKind.NotFound, "The toy broker does not have it.");
        if (response.StatusCode is not HttpStatusCode.OK)
            throw new ConnectorException(ConnectorErrorKind.Transient, $"The toy broker answered with {(int)response.StatusCode}.");
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(ct), type)
                ?? throw new ConnectorException(ConnectorErrorKind.Protocol, "The toy broker answered with nothing.");
        }
        catch (JsonException e)
        {
            throw new ConnectorException(ConnectorErrorKind.Protocol, "The toy broker's answer cannot be read.", e);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(baseUrl, path));
        request.Headers.Authorization = new("Bearer", token.Value);
        return request;
    }

    private string Text(string key) => context.Credentials.TryGetValue(key, out var secret) ? secret.Reveal() : "";

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new("application/json") } };
}
