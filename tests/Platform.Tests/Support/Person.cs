using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>An answer of the Api.</summary>
public sealed record Answer(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Message)
{
    public string? Code => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public override string ToString() => $"{(int)Status} {Code}";

    public string Text(string property) => Json.GetProperty(property).GetString() ?? "";

    /// <summary>What the answer sets this cookie to, with its attributes.</summary>
    public string? Cookie(string name) =>
        Message.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? cookies.SingleOrDefault(cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal)) : null;

    /// <summary>The names of the fields that a 422 complains about.</summary>
    public IReadOnlyList<string> Fields =>
        Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(entry => entry.Name)] : [];
}

/// <summary>Somebody who has signed up and calls the Api with their token.</summary>
public sealed class Person(HttpClient http, string email)
{
    public const string Password = "nine lives of a grey cat";

    public HttpClient Http => http;
    public string Email => email;
    public string AccessToken { get; private set; } = "";
    public string RefreshToken { get; private set; } = "";
    public Guid TenantId { get; private set; }
    public Guid UserId { get; private set; }

    public static string NewEmail() => $"p{Guid.NewGuid():N}@example.com";

    public static async Task<Person> SignUpAsync(ApiFixture api, HttpClient? client = null)
    {
        var person = new Person(client ?? api.NewClient(), NewEmail());
        var answer = await person.SendAsync(HttpMethod.Post, "/auth/signup",
            new { email = person.Email, password = Password, name = "Ada" }, token: null);
        answer.Status.ShouldBe(HttpStatusCode.Created);
        person.Take(answer);
        return person;
    }

    /// <summary>Turns two-factor log-in on.</summary>
    /// <param name="stepsAgo">An earlier code, which is taken for one step, leaves the present one for the test.</param>
    public async Task<(string Secret, IReadOnlyList<string> Recovery)> TurnOnTwoFactorAsync(int stepsAgo = 0)
    {
        var setup = await PostAsync("/api/user/2fa/setup");
        setup.Text("otpauth_uri").ShouldStartWith("otpauth://totp/");
        var secret = setup.Text("secret");
        var enabled = await PostAsync("/api/user/2fa/enable",
            new { totp = Authenticator.CodeAt(secret, Authenticator.StepNow - stepsAgo) });
        enabled.Status.ShouldBe(HttpStatusCode.OK);
        return (secret, [.. enabled.Json.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    /// <summary>
    /// Somebody who has signed up, is made an administrator behind the Api's back, and has proven a second factor in this session.
    /// </summary>
    public static async Task<Person> AdministratorAsync(ApiFixture api)
    {
        var admin = await SignUpAsync(api);
        await api.MakeAdministratorAsync(admin);
        await admin.TurnOnTwoFactorAsync();
        return admin;
    }

    /// <summary>Another person whom this owner has invited into their tenant.</summary>
    public async Task<Person> InviteAsync(ApiFixture api, string role)
    {
        var guest = await SignUpAsync(api);
        var invitation = await PostAsync("/api/tenant/invitations", new { email = guest.Email, role });
        invitation.Status.ShouldBe(HttpStatusCode.Created);
        var accepted = await guest.PostAsync("/api/tenant/invitations/accept", new { token = invitation.Text("token") });
        accepted.Status.ShouldBe(HttpStatusCode.OK);
        guest.AccessToken = accepted.Text("access_token");
        guest.TenantId = TenantId;
        return guest;
    }

    public void Take(Answer answer)
    {
        AccessToken = answer.Text("access_token");
        RefreshToken = answer.Json.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString()! : "";
        TenantId = answer.Json.GetProperty("tenant_id").GetGuid();
        UserId = answer.Json.GetProperty("user_id").GetGuid();
    }

    /// <summary>The same connection with another credential.</summary>
    public Person With(string token) => new(http, email) { AccessToken = token, TenantId = TenantId, UserId = UserId };

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, AccessToken);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body ?? new { }, AccessToken);

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body, AccessToken);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, AccessToken);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, object? body, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is string text) request.Content = new StringContent(text, MediaTypeHeaderValue.Parse("application/json"));
        else if (body is not null) request.Content = JsonContent.Create(body);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var message = await http.SendAsync(request);
        var content = await message.Content.ReadAsStringAsync();
        return new Answer(message.StatusCode,
            content.StartsWith('{') || content.StartsWith('[') ? JsonDocument.Parse(content).RootElement : default, message);
    }
}
