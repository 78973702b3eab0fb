using System.Text.Json.Nodes;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>An answer before it is sent.</summary>
internal sealed record Answer(int Status, JsonNode Body, TimeSpan? RetryAfter = null)
{
    public static Answer Ok(JsonNode result, int status = 200, JsonObject? info = null)
    {
        var body = new JsonObject { ["success"] = true, ["errors"] = new JsonArray(), ["messages"] = new JsonArray(), ["result"] = result };
        if (info is not null)
            body["result_info"] = info;
        return new Answer(status, body);
    }

    public static Answer Refused(Refusal refusal, TimeSpan? retryAfter = null) => new(refusal.HttpStatus, new JsonObject
    {
        ["success"] = false,
        ["errors"] = new JsonArray(new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message }),
        ["messages"] = new JsonArray(),
        ["result"] = null,
    }, retryAfter);

    public static Answer Refused(int httpStatus, int code, string message, TimeSpan? retryAfter = null) => Refused(new Refusal(httpStatus, code, message), retryAfter);
}
