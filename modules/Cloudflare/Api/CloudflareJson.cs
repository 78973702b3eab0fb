using System.Text.Json.Serialization;

namespace MtaSts.Modules.Cloudflare.Api;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    MaxDepth = 32)]
[JsonSerializable(typeof(ApiEnvelope<CustomHostname>))]
[JsonSerializable(typeof(ApiEnvelope<IReadOnlyList<CustomHostname>>))]
[JsonSerializable(typeof(ApiEnvelope<FallbackOrigin>))]
[JsonSerializable(typeof(ApiEnvelope<HostnameQuota>))]
[JsonSerializable(typeof(ErrorEnvelope))]
[JsonSerializable(typeof(DeleteEnvelope))]
[JsonSerializable(typeof(ApiEnvelope<IReadOnlyList<ZoneRecord>>))]
[JsonSerializable(typeof(ApiEnvelope<RecordBatch>))]
[JsonSerializable(typeof(RecordBatch))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(EditRequest))]
internal sealed partial class CloudflareJson : JsonSerializerContext;
