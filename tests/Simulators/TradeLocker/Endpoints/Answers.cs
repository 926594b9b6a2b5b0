using System.Text.Encodings.Web;
using System.Text.Json;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>The broker's envelope: <c>{"s":"ok","d":…}</c>; a business error is HTTP 200 with <c>{"s":"error","errmsg":…}</c>.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Plain =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Ok(object data) => Results.Json(new { s = "ok", d = data }, Plain);

    public static IResult Ok() => Results.Json(new { s = "ok" }, Plain);

    public static IResult NoData() => Results.Json(new { s = "no_data" }, Plain);

    public static IResult Error(string words, int status = 200) =>
        Results.Json(new { s = "error", errmsg = words }, Plain, statusCode: status);

    public static IResult Of(Reply reply) => reply switch
    {
        { Error: { } words } => Error(words),
        _ => Ok(),
    };

    /// <summary>Answers outside of /trade are not wrapped.</summary>
    public static IResult Bare(object body, int status) => Results.Json(body, Plain, statusCode: status);
}
