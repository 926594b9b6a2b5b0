using System.Net;
using System.Text;
using Duende.IdentityModel.OidcClient.Browser;

namespace TradeFlow.Samples.OAuth;

/// <summary>Names the address that the person opens, and waits on this machine for the browser to come back with the code.</summary>
internal sealed class LoopbackBrowser(int port) : IBrowser, IDisposable
{
    private readonly HttpListener listener = new();

    public string RedirectUri => $"http://127.0.0.1:{port}/callback";

    public async Task<BrowserResult> InvokeAsync(BrowserOptions options, CancellationToken cancellationToken = default)
    {
        listener.Prefixes.Add(RedirectUri + "/");
        listener.Start();
        Console.WriteLine($"Open {options.StartUrl}");

        var visit = await listener.GetContextAsync().WaitAsync(cancellationToken);
        var words = Encoding.UTF8.GetBytes(
            "<!doctype html><title>Done</title><link rel=\"icon\" href=\"data:,\"><p>You can close this page and go back to the program.");
        visit.Response.ContentType = "text/html; charset=utf-8";
        await visit.Response.OutputStream.WriteAsync(words, cancellationToken);
        visit.Response.Close();
        return new BrowserResult { ResultType = BrowserResultType.Success, Response = visit.Request.Url!.ToString() };
    }

    public void Dispose() => listener.Close();
}
