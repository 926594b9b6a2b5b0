namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>Whether the files of a package are those that its publisher has signed.</summary>
internal static class SignedPackage
{
    /// <summary>Reads the signature, after every file was found to be as <c>SHA256SUMS</c> lists it and none besides.</summary>
    /// <returns>The signature, not checked with a key yet; or what is wrong. Neither when there is no signature.</returns>
    public static (PackageSignature? Signature, string? Problem) Read(PackageFiles files)
    {
        if (files.Text(PackageSignature.FileName) is not { } text) return (null, null);
        if (SumsProblem(files) is { } problem) return (null, problem);
        try
        {
            return (PackageSignature.Parse(text), null);
        }
        catch (FormatException e)
        {
            return (null, $"its {PackageSignature.FileName} cannot be read: {e.Message}");
        }
    }

    /// <returns>Where the files differ from <c>SHA256SUMS</c>, or <c>null</c>.</returns>
    public static string? SumsProblem(PackageFiles files)
    {
        if (files.Text(FileSums.FileName) is not { } text) return $"it has no {FileSums.FileName}";
        try
        {
            var differences = FileSums.Parse(text).Differences(files.Contents, FileSums.FileName, PackageSignature.FileName);
            return differences.Count == 0 ? null : $"it does not agree with its {FileSums.FileName}: {string.Join(", ", differences)}";
        }
        catch (FormatException e)
        {
            return $"its {FileSums.FileName} cannot be read: {e.Message}";
        }
    }

    /// <summary>True when the key has signed just these sums for the publisher that the signature names.</summary>
    public static bool IsSignedBy(this PackageFiles files, PackageSignature signature, PublisherKey key) =>
        key.HasSigned(signature, files.Contents[FileSums.FileName]);
}
