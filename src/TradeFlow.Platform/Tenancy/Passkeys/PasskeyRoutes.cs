using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Passkeys;

/// <summary>
/// WebAuthn by the framework's own handler, with the state of a ceremony in a cookie of ours: its SignInManager would bring a log-in of its
/// own.
/// </summary>
internal static class PasskeyRoutes
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<CeremonyCookie>();
        services.AddScoped<PasskeyProof>();
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddSingleton<IConfigureOptions<IdentityPasskeyOptions>>(provider => new ConfigureOptions<IdentityPasskeyOptions>(options =>
            Configure(options, provider.GetRequiredService<PublicAddress>())));
    }

    // It stands for the password and the second factor: the device knows whose it is, and asks for a finger, a face or a PIN each time.
    private static void Configure(IdentityPasskeyOptions options, PublicAddress address)
    {
        options.ServerDomain = address.Url?.Host;
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
        options.AttestationConveyancePreference = "none";
        options.ValidateOrigin = context =>
            ValueTask.FromResult(!context.CrossOrigin && address.IsOwnOrigin(context.Origin, context.HttpContext.Request));
    }

    public static void MapPasskeys(this IEndpointRouteBuilder user)
    {
        user.MapPost("/passkeys/options", PasskeyEndpoints.Options).WithName("BeginPasskey").WithSummary("Begin a new passkey")
            .WithDescription("The options for navigator.credentials.create. What belongs to them travels in a cookie of five minutes.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapPost("/passkeys", PasskeyEndpoints.Add).WithName("AddPasskey").WithSummary("Add a passkey")
            .WithDescription(
                "credential is what the browser made for the options, as JSON. You are told by mail. 422 auth.passkey_refused.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapGet("/passkeys", PasskeyEndpoints.List).WithName("ListPasskeys").WithSummary("Your passkeys")
            .WithDescription("Newest first.")
            .RequireAuthorization(TradeFlowPolicies.Person);
        user.MapDelete("/passkeys/{id:guid}", PasskeyEndpoints.Delete).WithName("RemovePasskey").WithSummary("Remove a passkey")
            .WithDescription("It opens nothing any more, and the other sessions that it has opened end. The password stays.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
    }
}
