using System.Net;
using System.Net.Http.Headers;
using TradeFlow.BrokerSdk;

namespace Acme.Http;

/// <summary>User and password log in; the token that the broker gives is on each request, until the broker ends it.</summary>
internal sealed partial class AcmeClient : IDisposable
{
    private readonly SemaphoreSlim loggingIn = new(1);
    private volatile string? token;

    /// <exception cref="ConnectorException">There is no token and none could be got.</exception>
    public async Task EnsureLoggedInAsync(CancellationToken ct)
    {
        if (token is not null) return;
        await loggingIn.WaitAsync(ct);
        try
        {
            if (token is null) await LogInAsync(ct);
        }
        finally
        {
            loggingIn.Release();
        }
    }

    public void Dispose() => loggingIn.Dispose();

    private async Task LogInAsync(CancellationToken ct)
    {
        var body = new LogInBody(context.Credentials["user"].Reveal(), context.Credentials["password"].Reveal());
        using var request = new HttpRequestMessage(HttpMethod.Post, At("v1/session")) { Content = Json(body, AcmeJson.Default.LogInBody) };
        using var response = await AskAsync(request, RequestClass.Auth, ct);
        if (response.StatusCode == HttpStatusCode.Unauthorized) throw new ConnectorException(ConnectorErrorKind.Authentication, "Acme refuses the user name and password.");
        token = (await ReadAsync(response, AcmeJson.Default.SessionDto, ct)).Token;
    }

    private ValueTask SignAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return ValueTask.CompletedTask;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, RequestClass requestClass, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await EnsureLoggedInAsync(ct);
            using var request = new HttpRequestMessage(HttpMethod.Get, At(path));
            await SignAsync(request, ct);
            var response = await AskAsync(request, requestClass, ct);
            if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
            response.Dispose();
            token = null;
            if (attempt == 2) throw new ConnectorException(ConnectorErrorKind.Authentication, "Acme ends the session again and again.");
        }
    }
}
