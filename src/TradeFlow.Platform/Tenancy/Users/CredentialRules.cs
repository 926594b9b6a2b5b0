using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>
/// What an e-mail, a name and a new password must be like. Length and a list of known bad ones, no rules about characters (NIST SP
/// 800-63B). Passwords from before stay as they are.
/// </summary>
internal static partial class CredentialRules
{
    public const int ShortestPassword = 12;
    public const int LongestPassword = 128;
    public const int LongestName = 100;

    public static void CheckEmail(string? email, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrWhiteSpace(email)) errors["email"] = ["Enter your e-mail address."];
        else if (email.Length > 254 || !Email().IsMatch(email)) errors["email"] = ["Enter an e-mail address such as ada@example.com."];
    }

    public static void CheckName(string? name, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrWhiteSpace(name)) errors["name"] = ["Enter your name."];
        else if (name.Trim().Length > LongestName) errors["name"] = [$"Use at most {LongestName} characters."];
        else if (name.Any(char.IsControl)) errors["name"] = ["Use letters, digits and punctuation only."];
    }

    public static void CheckPassword(string? password, string? email, Dictionary<string, string[]> errors, string field = "password")
    {
        if (string.IsNullOrEmpty(password)) errors[field] = ["Enter a password."];
        else if (password.Length < ShortestPassword) errors[field] = [$"Use at least {ShortestPassword} characters."];
        else if (password.Length > LongestPassword) errors[field] = [$"Use at most {LongestPassword} characters."];
        else if (IsCommon(password, email)) errors[field] = ["This password is easy to guess. Use several unrelated words."];
    }

    private static bool IsCommon(string password, string? email) =>
        password.Equals(email, StringComparison.OrdinalIgnoreCase) || password.Distinct().Count() < 4 || CommonPasswords.Contains(password);

    [GeneratedRegex(@"^[^@\s\p{C}]{1,64}@[^@\s\p{C}]+\.[^@\s\p{C}.]{2,}$", RegexOptions.None, 1000)]
    private static partial Regex Email();
}
