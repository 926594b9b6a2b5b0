using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>What an e-mail, a name and a password must be like. Length and a list of known bad ones, no rules about characters (NIST SP 800-63B).</summary>
internal static partial class CredentialRules
{
    public const int ShortestPassword = 10;
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

    private static bool IsCommon(string password, string? email)
    {
        var plain = password.ToLowerInvariant();
        if (email is not null && plain.Equals(email, StringComparison.OrdinalIgnoreCase)) return true;
        if (plain.Distinct().Count() < 4) return true;
        return Common.Contains(plain);
    }

    // The heads of public lists of leaked passwords that pass the length rule.
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "1234567890", "password12", "password123", "password1234", "password12345", "qwerty1234", "welcome123", "tradeflow1", "tradeflow123", "12345678910", "123456789a", "0123456789", "0987654321", "9876543210", "1q2w3e4r5t", "1q2w3e4r5t6y", "qwertyuiop", "qwerty12345", "qwerty123456", "q1w2e3r4t5",
        "1qaz2wsx3edc", "zaq12wsxcde3", "asdfghjkl;", "asdfghjkl1", "abcdefghij", "abcd123456", "abc1234567", "iloveyou12", "letmein123", "changeme123", "passwordpassword", "adminadmin",
        "administrator", "correcthorsebatterystaple", "trustno1trustno1", "1111111111", "0000000000", "a123456789", "aa12345678", "123123123123", "qazwsxedcrfv", "zxcvbnm123", "football123", "superman123",
    };

    [GeneratedRegex(@"^[^@\s\p{C}]{1,64}@[^@\s\p{C}]+\.[^@\s\p{C}.]{2,}$", RegexOptions.None, 1000)]
    private static partial Regex Email();
}
