using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>A request for room for an envelope.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.IntakeRequest")]
public sealed record IntakeRequest
{
    [Id(0)] public required int Bytes { get; init; }

    /// <summary>It contains nothing to count: unreadable, or not about the domain.</summary>
    [Id(1)] public required bool IsJunk { get; init; }

    /// <summary>The network that sent it; null where it does not distinguish senders.</summary>
    [Id(2)] public string? Network { get; init; }

    /// <summary>The domain of a verified signature aligned with the submitter; null when there is none or it was not checked.</summary>
    [Id(3)] public string? Signer { get; init; }

    /// <summary>Network and signer as reporters.</summary>
    [Id(4)] public IReadOnlyList<string> Reporters { get; init; } = [];

    /// <summary>The organisations that its reports name.</summary>
    [Id(5)] public IReadOnlyList<string> Organizations { get; init; } = [];

    /// <summary>It was already acknowledged to its sender: it is charged and never refused.</summary>
    [Id(6)] public bool IsPromised { get; init; }
}

/// <summary>The share to which an envelope was charged. A closed set.</summary>
[GenerateSerializer, Alias("MtaSts.IntakeCharge")]
public enum IntakeCharge
{
    /// <summary>None: there is no room, or no share applies (an upload).</summary>
    None,

    /// <summary>Reports of any sender.</summary>
    Open,

    /// <summary>Envelopes that are not counted.</summary>
    Junk,

    /// <summary>Signed mail.</summary>
    Signed,

    /// <summary>A known reporter's own share.</summary>
    Reporter,
}

/// <summary>The result of a charged envelope.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.IntakeResult")]
public sealed record IntakeResult
{
    [Id(0)] public required IntakeCharge Charge { get; init; }
    [Id(1)] public required int Bytes { get; init; }
    [Id(2)] public string? Network { get; init; }

    /// <summary>It contained new reports that were counted.</summary>
    [Id(3)] public required bool IsCounted { get; init; }
    [Id(4)] public string? Signer { get; init; }

    /// <summary>Network, signer and organisations, which become known from the next day if it was counted.</summary>
    [Id(5)] public IReadOnlyList<string> Reporters { get; init; } = [];

    /// <summary>It was a copy of a stored envelope: the room is released.</summary>
    [Id(6)] public bool IsStoredBefore { get; init; }
}

/// <summary>Limits the intake of one claim's report address, and stores its known reporters. Key: <c>rs-{workspace}/{domain}</c>.</summary>
[Alias("MtaSts.IReportShareGrain")]
public interface IReportShareGrain : IGrainWithStringKey
{
    /// <summary>Reserves room for an envelope before it is stored; <see cref="IntakeCharge.None"/>: its sender must retry later.</summary>
    [Alias("Take"), AlwaysInterleave]
    Task<IntakeCharge> Take(IntakeRequest request);

    /// <summary>Reports the result. A repeated or missing call makes the shares slightly inexact.</summary>
    [Alias("RecordResult"), AlwaysInterleave]
    Task RecordResult(IntakeResult result);

    /// <summary>Deletes the reporters; called when the claim is removed. May be repeated.</summary>
    [Alias("Erase")]
    Task Erase();
}
