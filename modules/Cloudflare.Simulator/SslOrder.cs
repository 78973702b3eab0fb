using System.Text.Json.Nodes;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Reads and checks the <c>ssl</c> of a request.</summary>
internal sealed record SslOrder(string Method, string Type, string? MinTlsVersion, bool Branding)
{
    /// <summary>Null without an <c>ssl</c>: a hostname without certificate.</summary>
    public static (SslOrder? Order, Refusal? Refusal) Read(JsonNode? ssl)
    {
        if (ssl is null)
            return (null, null);
        if (ssl is not JsonObject fields)
            return (null, Bad(1434, "The ssl attribute is invalid."));
        var (method, type) = (Text(fields["method"]), Text(fields["type"]));
        if (method is null || type is null)
            return (null, Bad(1440, "Both method and type are required."));
        if (method is not ("http" or "email" or "txt"))
            return (null, Bad(1432, "The ssl method must be http, email or txt."));
        if (type != "dv")
            return (null, Bad(1433, "The ssl type must be dv."));
        var minTls = Text(fields["settings"]?["min_tls_version"]);
        if (minTls is not (null or "1.0" or "1.1" or "1.2" or "1.3"))
            return (null, Bad(1425, "Invalid value for min_tls_version."));
        return (new SslOrder(method, type, minTls, fields["cloudflare_branding"] is JsonValue branding && branding.TryGetValue(out bool set) && set), null);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static Refusal Bad(int code, string message) => new(400, code, message);
}
