using Microsoft.Extensions.DependencyInjection;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>A column that holds what <see cref="SecretBox"/> has sealed, for whoever seals it anew.</summary>
/// <param name="Tenant">SQL: whose data key, <c>null</c> for the platform's own.</param>
/// <param name="Owner">SQL: the owner that is bound in, as the module that seals it writes it.</param>
public sealed record SealedColumn(string Table, string Column, string Tenant, string Owner)
{
    /// <summary>SQL: which rows of the table hold one.</summary>
    public string Where { get; init; } = "true";

    /// <summary>It is base64 in a text.</summary>
    public bool IsText { get; init; }

    /// <summary>SQL: the sealed bytes.</summary>
    internal string Value => IsText ? $"decode({Column}, 'base64')" : Column;

    /// <summary>SQL: the parameter as it is stored. PostgreSQL breaks base64 into lines.</summary>
    internal string Stored(string parameter) => IsText ? $"translate(encode({parameter}, 'base64'), E'\\n', '')" : parameter;

    /// <summary>SQL: it was sealed before there were data keys.</summary>
    internal string IsOld => $"({Where}) and substring({Value} from 1 for 1) = '\\x01'::bytea";

    public override string ToString() => $"{Table}.{Column}";
}

public static class SealedColumns
{
    public static void AddSealedColumns(this IServiceCollection services, params ReadOnlySpan<SealedColumn> columns)
    {
        foreach (var column in columns) services.AddSingleton(column);
    }
}
