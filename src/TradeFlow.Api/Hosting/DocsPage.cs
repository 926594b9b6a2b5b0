using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// <c>/docs</c>: the OpenAPI document as a page, by a script that this process serves. Nothing is loaded from elsewhere or told to anybody.
/// </summary>
internal static class DocsPage
{
    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapScalarApiReference("/docs", (options, http) => options
            .WithTitle("TradeFlow API")
            .WithNonce(http.GetNonce())
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton())
            .WithSecurityHeadersPolicy(SecurityHeaders.Docs).AllowAnonymous().ExcludeFromDescription();
    }
}
