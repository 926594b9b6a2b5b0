using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Passkeys;

/// <summary>
/// Asks a device to prove who holds it, and checks what it signed. The device has asked its holder for a finger, a face or a PIN, so a
/// passkey stands for a password and a second factor.
/// </summary>
internal sealed class PasskeyProof(IPasskeyHandler<User> handler, PasskeyStore passkeys, CeremonyCookie cookie)
{
    /// <returns>The request options, for the browser.</returns>
    public async Task<JsonElement> BeginAsync(HttpContext http)
    {
        // For nobody in particular: the device knows whose it is, and the answer tells nothing of who is a customer.
        var options = await handler.MakeRequestOptionsAsync(null, http);
        cookie.Write(http, CeremonyCookie.SignIn, options.AssertionState ?? "");
        return Json(options.RequestOptionsJson);
    }

    /// <returns>Who proved themselves and by which passkey; <c>null</c> for anything that does not hold.</returns>
    public async Task<(User Person, Guid Passkey)?> EndAsync(JsonElement credential, HttpContext http, CancellationToken ct)
    {
        if (cookie.Take(http, CeremonyCookie.SignIn) is not { } ceremony) return null;
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext
        {
            HttpContext = http, CredentialJson = credential.GetRawText(), AssertionState = ceremony.State,
        });
        return result is { Succeeded: true, User: { DisabledAt: null } person, Passkey: { } passkey }
            && await passkeys.UseAsync(person.Id, passkey, ceremony.Began, ct) is { } id
            ? (person, id)
            : null;
    }

    public static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
