using System.Text.Json.Serialization;

namespace MtaSts.Host.Api;

/// <summary>Optional body of a command.</summary>
/// <param name="Override">Run the command despite advice that needs an override.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OverrideBody(bool Override = false);
