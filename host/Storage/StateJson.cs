using System.Text.Json;
using System.Text.Json.Serialization;

namespace MtaSts.Host.Storage;

/// <summary>
/// How states are written. Part of the stored format: a change here needs a look at every golden state file.
/// </summary>
/// <remarks>
/// A member this version does not know is skipped, so that a version that is rolled back to still reads what a newer one wrote. What is null is
/// not written, so that a new nullable member costs nothing. Enums are names: their numbers may move.
/// </remarks>
internal static class StateJson
{
    /// <summary>Sets what states are written with. Orleans' own converters, for grain references and the like, stay.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.AllowOutOfOrderMetadataProperties = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }
}
