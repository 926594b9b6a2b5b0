namespace TradeFlow.Api.Hosting;

/// <summary>The headers that keep a browser safe, on every answer.</summary>
internal static class SecurityHeaders
{
    /// <summary>For the page of the documentation alone, whose script writes HTML and styles.</summary>
    public const string Docs = "docs";

    public static void AddTradeFlowSecurityHeaders(this IServiceCollection services) => services.AddSecurityHeaderPolicies()
        .SetDefaultPolicy(policies => policies.AddOfEveryAnswer().AddContentSecurityPolicy(csp =>
        {
            AddFrame(csp);
            csp.AddScriptSrc().Self();
            // The dashboard's dialogs bring a style element whose text depends on the width of the scroll bar.
            csp.AddStyleSrc().Self().WithNonce();
            // No text becomes code: nothing of ours writes HTML. The one policy of trusted types is made when the page loads, cannot be
            // made again, and takes the address of the service worker alone (src/app/service-worker.ts).
            csp.AddRequireTrustedTypesFor().Script();
            csp.AddTrustedTypes().AllowPolicy("tradeflow-worker");
        }))
        .AddPolicy(Docs, policies => policies.AddOfEveryAnswer().AddContentSecurityPolicy(csp =>
        {
            AddFrame(csp);
            csp.AddScriptSrc().Self().WithNonce();
            csp.AddStyleSrc().Self().UnsafeInline();
        }));

    private static HeaderPolicyCollection AddOfEveryAnswer(this HeaderPolicyCollection policies) => policies
        .AddContentTypeOptionsNoSniff()
        .AddFrameOptionsDeny()
        .AddReferrerPolicyNoReferrer()
        .AddCrossOriginOpenerPolicy(policy => policy.SameOrigin())
        .AddCrossOriginResourcePolicy(policy => policy.SameOrigin())
        .AddPermissionsPolicy(policy =>
        {
            policy.AddCamera().None();
            policy.AddMicrophone().None();
            policy.AddGeolocation().None();
            policy.AddPayment().None();
        });

    private static void AddFrame(CspBuilder csp)
    {
        csp.AddDefaultSrc().Self();
        csp.AddImgSrc().Self().Data();
        csp.AddFontSrc().Self();
        // 'self' is the socket of this origin, too.
        csp.AddConnectSrc().Self();
        csp.AddObjectSrc().None();
        csp.AddBaseUri().None();
        csp.AddFrameAncestors().None();
        csp.AddFormAction().Self().From("https://checkout.stripe.com").From("https://billing.stripe.com");
    }
}
