namespace TradeFlow.Platform.OAuth.Apps;

/// <summary>What an app may be.</summary>
internal static class AppRules
{
    private const int MostUris = 10;
    private const int LongestUri = 500;
    private const int LongestName = 100;

    public static Dictionary<string, string[]> Check(AppEndpoints.Request request)
    {
        Dictionary<string, string[]> errors = [];
        if (string.IsNullOrWhiteSpace(request.Name)) errors["name"] = ["Name the app as people shall know it."];
        else if (request.Name.Trim().Length > LongestName) errors["name"] = [$"Use at most {LongestName} characters."];
        else if (request.Name.Any(char.IsControl)) errors["name"] = ["Use letters, digits and signs."];

        var uris = request.RedirectUris ?? [];
        if (uris.Count > MostUris) errors["redirect_uris"] = [$"Name at most {MostUris}."];
        else if (uris.Count == 0 && !request.Confidential) errors["redirect_uris"] = ["Name where people are sent back to."];
        else if (uris.FirstOrDefault(uri => !IsRedirect(uri)) is { } wrong)
            errors["redirect_uris"] =
                [$"'{wrong}' is none: use https, or http to 127.0.0.1, [::1] or localhost, without a fragment, a user or a wildcard."];

        if (request.Scopes is not { Count: > 0 }) errors["scopes"] = [$"Name at least one of: {string.Join(", ", AppScopes.All)}."];
        else if (request.Scopes.FirstOrDefault(scope => !AppScopes.All.Contains(scope)) is { } other)
            errors["scopes"] = [$"'{other}' is none of: {string.Join(", ", AppScopes.All)}."];
        return errors;
    }

    private static bool IsRedirect(string? text)
    {
        if (text is not { Length: > 0 and <= LongestUri } || text.Any(IsOdd)) return false;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Host.Length > 0
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
    }

    private static bool IsOdd(char letter) => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '*' or '\\' or '#';
}
