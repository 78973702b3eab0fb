using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>An envelope that asks for room.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.IntakeRequest")]
public sealed record IntakeRequest
{
    [Id(0)] public required int Bytes { get; init; }

    /// <summary>It holds nothing to count: unreadable, or not about the domain.</summary>
    [Id(1)] public required bool IsJunk { get; init; }

    /// <summary>The network it came from; null where that tells no senders apart.</summary>
    [Id(2)] public string? Network { get; init; }

    /// <summary>Whose signature was verified, aligned with the submitter; null when that was not looked at or is not so.</summary>
    [Id(3)] public string? Signer { get; init; }

    /// <summary>Network and signer as reporters.</summary>
    [Id(4)] public IReadOnlyList<string> Reporters { get; init; } = [];

    /// <summary>The organisations that it says its reports are of.</summary>
    [Id(5)] public IReadOnlyList<string> Organizations { get; init; } = [];

    /// <summary>Its sender was told already that it is stored: it is charged and never turned away.</summary>
    [Id(6)] public bool IsPromised { get; init; }
}

/// <summary>Which share an envelope was charged to. A closed set.</summary>
[GenerateSerializer, Alias("MtaSts.IntakeCharge")]
public enum IntakeCharge
{
    /// <summary>None: there is no room, or it has no share (an upload).</summary>
    None,

    /// <summary>Reports of whoever sends them.</summary>
    Open,

    /// <summary>What is not counted.</summary>
    Junk,

    /// <summary>Signed mail.</summary>
    Signed,

    /// <summary>A known reporter's own.</summary>
    Reporter,
}

/// <summary>What became of an envelope that was charged.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.IntakeSettlement")]
public sealed record IntakeSettlement
{
    [Id(0)] public required IntakeCharge Charge { get; init; }
    [Id(1)] public required int Bytes { get; init; }
    [Id(2)] public string? Network { get; init; }

    /// <summary>Something of it was counted that was not counted before.</summary>
    [Id(3)] public required bool IsCounted { get; init; }
    [Id(4)] public string? Signer { get; init; }

    /// <summary>Network, signer and organisations, to be known from tomorrow on when it was counted.</summary>
    [Id(5)] public IReadOnlyList<string> Reporters { get; init; } = [];
}

/// <summary>How much one claim's report address takes in, and whose reports it knows. Key: <c>rs-{workspace}/{domain}</c>.</summary>
[Alias("MtaSts.IReportShareGrain")]
public interface IReportShareGrain : IGrainWithStringKey
{
    /// <summary>Takes room for an envelope before it is stored; <see cref="IntakeCharge.None"/>: its sender is to come later.</summary>
    [Alias("Take"), AlwaysInterleave]
    Task<IntakeCharge> Take(IntakeRequest request);

    /// <summary>Says what became of it. Said twice, or not at all, it makes the shares a little inexact.</summary>
    [Alias("Settle"), AlwaysInterleave]
    Task Settle(IntakeSettlement settlement);

    /// <summary>Forgets the reporters; called when the claim goes. May be repeated.</summary>
    [Alias("Erase")]
    Task Erase();
}
