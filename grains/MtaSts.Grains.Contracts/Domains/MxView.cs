namespace MtaSts.Grains;

/// <summary>A domain's MX hosts from the view of one workspace.</summary>
/// <param name="Probe">The last probe; null before the first one. While the MX records cannot be looked up, the hosts are those last found.</param>
/// <param name="IsProbed">False: this service does not connect to MX hosts.</param>
/// <param name="Policy">The policy to compare them with: the one served here or elsewhere, or else the workspace's draft; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxView")]
public sealed record MxView([property: Id(0)] MxProbe? Probe, [property: Id(1)] bool IsProbed, [property: Id(2)] PolicyContent? Policy);
