using System.Runtime.CompilerServices;

namespace TradeFlow.Plugins.MetaTrader.Tests;

/// <summary>A theory that needs a C++ compiler: skipped with that reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CompilerTheoryAttribute : TheoryAttribute
{
    private static readonly string[] Needed = ["sh", "awk", "sed"];

    public CompilerTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (!(IsOnPath("clang++") || IsOnPath("g++")) || !Needed.All(IsOnPath))
            Skip = "clang++ or g++ with sh, awk and sed is needed to compile the Expert Advisors.";
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}
