using Npgsql;
using NpgsqlTypes;

namespace TradeFlow.Platform.Kernel;

/// <summary>Reading nullable columns, and parameters that may be null.</summary>
internal static class RowReading
{
    extension(NpgsqlDataReader row)
    {
        public Guid? GuidOrNull(int at) => row.IsDBNull(at) ? null : row.GetGuid(at);

        public long? LongOrNull(int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

        public string? TextOrNull(int at) => row.IsDBNull(at) ? null : row.GetString(at);

        public DateTimeOffset? TimeOrNull(int at) => row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);

        /// <summary>Without the trailing zeros of the column's scale: 1.09, not 1.0900000000.</summary>
        public decimal? DecimalOrNull(int at) => row.IsDBNull(at) ? null : row.GetDecimal(at).Trimmed();
    }

    extension(decimal value)
    {
        public decimal Trimmed() => value / 1.0000000000000000000000000000m;
    }

    extension(NpgsqlParameterCollection parameters)
    {
        public void Add(NpgsqlDbType type, object? value) =>
            parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });

        /// <summary>One value of each item, as the array of a column.</summary>
        public void AddColumn<TItem, TValue>(NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, TValue> value)
        {
            var values = new TValue[items.Count];
            for (var at = 0; at < values.Length; at++) values[at] = value(items[at]);
            parameters.Add(new NpgsqlParameter<TValue[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });
        }

        public void AddText(string? value) => parameters.Add(NpgsqlDbType.Text, value);

        public void AddNumber(decimal? value) => parameters.Add(NpgsqlDbType.Numeric, value);

        public void AddTime(DateTimeOffset? value) => parameters.Add(NpgsqlDbType.TimestampTz, value);

        public void AddId(Guid? value) => parameters.Add(NpgsqlDbType.Uuid, value);

        public void AddJson(string? value) => parameters.Add(NpgsqlDbType.Jsonb, value);
    }
}
