namespace MtaSts.Grains;

/// <summary>Maps a claim's token to the claim.</summary>
[Alias("MtaSts.IClaimTokenGrain")]
public interface IClaimTokenGrain : IGrainWithStringKey
{
    [Alias("Set")]
    Task Set(string workspaceId, string domain);

    [Alias("Clear")]
    Task Clear();

    /// <summary>The token accepts no more reports, but stays valid otherwise. May be repeated.</summary>
    [Alias("EndReports")]
    Task EndReports();

    /// <summary>Null when no claim has this token.</summary>
    [Alias("Get"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<ClaimAddress?> Get();
}

/// <summary>The claim of a token.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ClaimAddress")]
public sealed record ClaimAddress([property: Id(0)] string WorkspaceId, [property: Id(1)] string Domain)
{
    /// <summary>It is no longer a report address.</summary>
    [Id(20)] public bool ReportsEnded { get; init; }
}
