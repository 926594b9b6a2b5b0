using System.Net.Http.Headers;
using System.Net.Http.Json;
using Duende.IdentityModel.OidcClient;
using TradeFlow.Samples.OAuth;

// A program on somebody's machine that looks at their positions:
//   dotnet run --project samples/oauth-csharp -- http://localhost:8080 <client_id> 8123
// The app was made with redirect_uris ["http://127.0.0.1:8123/callback"] and scopes openid, profile, offline_access, read (docs/oauth.md).
if (args is not [var address, var clientId, var portText] || !int.TryParse(portText, out var port))
{
    Console.Error.WriteLine("usage: <address of TradeFlow> <client_id> <port of this machine>");
    return 2;
}

using var browser = new LoopbackBrowser(port);
var client = new OidcClient(new OidcClientOptions
{
    Authority = address,
    ClientId = clientId,
    Scope = "openid profile offline_access read",
    RedirectUri = browser.RedirectUri,
    Browser = browser,
    LoadProfile = true,
    RefreshTokenInnerHttpHandler = new SocketsHttpHandler(),
});

var login = await client.LoginAsync(new LoginRequest());
if (login.IsError)
{
    Console.WriteLine($"Not let in: {login.Error} {login.ErrorDescription}");
    return 1;
}
Console.WriteLine($"Let in by {login.User.FindFirst("name")?.Value}");

// Access tokens live for ten minutes. The handler gets another one when the Api says 401, and keeps the refresh token that comes with it.
using var api = new HttpClient(login.RefreshTokenHandler) { BaseAddress = new Uri(address) };
api.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
using (var trade = await api.PostAsJsonAsync("/api/orders/cancel", new { order_id = Guid.Empty }))
    Console.WriteLine($"Trading is answered with {(int)trade.StatusCode}");
do
{
    using var positions = await api.GetAsync("/api/positions");
    if (!positions.IsSuccessStatusCode)
    {
        Console.WriteLine($"Cut off: {(int)positions.StatusCode}");
        return 0;
    }
    Console.WriteLine($"Positions: {await positions.Content.ReadAsStringAsync()}");
    Console.WriteLine("Enter looks again.");
}
while (Console.ReadLine() is not null);
return 0;
