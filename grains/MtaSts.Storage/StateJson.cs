using System.Text.Json;
using System.Text.Json.Serialization;

namespace MtaSts.Storage;

/// <summary>
/// Serialization of states. Part of the stored format: after a change here, check every golden state file.
/// </summary>
/// <remarks>
/// Unknown members are skipped, so that an older version can read the states of a newer one after a rollback. Null values are
/// not written, so that a new nullable member costs nothing. Enums are written as names: their numbers may change.
/// </remarks>
internal static class StateJson
{
    /// <summary>Configures the serialization of states. Keeps Orleans' own converters, for example for grain references.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.AllowOutOfOrderMetadataProperties = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }
}
