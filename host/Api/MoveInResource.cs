using MtaSts.Application.Moving;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>The policy that another service serves, compared with that of this one.</summary>
internal sealed record MoveInResource
{
    /// <summary>The policy of the other service.</summary>
    public required ProposedPolicyResource Theirs { get; init; }

    /// <summary>The id in the policy record; null when it cannot be read.</summary>
    public required string? Id { get; init; }
    public required DateTimeOffset FetchedAt { get; init; }

    /// <summary>The policy served here, or the draft; null when there is none.</summary>
    public required ProposedPolicyResource? Ours { get; init; }

    /// <summary>Senders read the same policy from both.</summary>
    public required bool Same { get; init; }

    /// <summary>The files are equal, byte for byte.</summary>
    public required bool Identical { get; init; }

    /// <summary>The other service has changed the policy since it was taken over.</summary>
    public required bool Changed { get; init; }

    /// <summary>Each difference between the files.</summary>
    public required IReadOnlyList<BodyDifferenceResource> Differences { get; init; }

    /// <summary>What to do next.</summary>
    public required MoveInStep Step { get; init; }

    /// <summary>The next step in words; may change between versions.</summary>
    public required string Message { get; init; }

    public static MoveInResource Of(MoveInReport report) => new()
    {
        Theirs = new(report.Theirs.Mode, report.Theirs.Mx, report.Theirs.MaxAge),
        Id = report.Id,
        FetchedAt = report.FetchedAt,
        Ours = report.Ours is { } ours ? new(ours.Mode, ours.Mx, ours.MaxAge) : null,
        Same = report.IsSame,
        Identical = report.Differences is { Count: 0 },
        Changed = report.IsChanged,
        Differences = [.. (report.Differences ?? []).Select(static difference => new BodyDifferenceResource(difference.Kind, MoveInTexts.Explain(difference), difference.Theirs, difference.Ours))],
        Step = report.Step,
        Message = MoveInTexts.Explain(report),
    };
}

/// <param name="Kind">All but <c>meaning</c> are harmless.</param>
/// <param name="Theirs">Lines of the other service's file.</param>
/// <param name="Ours">Lines in their place here.</param>
internal sealed record BodyDifferenceResource(PolicyBodyDifferenceKind Kind, string Message, IReadOnlyList<string> Theirs, IReadOnlyList<string> Ours);

/// <summary>A policy for another service to serve.</summary>
/// <param name="Text">The file, byte for byte as served here.</param>
/// <param name="BodyHash">SHA-256 of its bytes in lower-case hexadecimal.</param>
/// <param name="Id">The id of the version served now; null when none is served or hosting ends.</param>
/// <param name="CachedUntil">When the last copy cached by a sender would expire if hosting were switched off now; null when nothing was served.</param>
internal sealed record PolicyExportResource(PolicyMode Mode, IReadOnlyList<string> Mx, int MaxAge, string Text, string BodyHash, string? Id, DateTimeOffset? CachedUntil)
{
    public static PolicyExportResource Of(PolicyExport export) => new(export.Content.Mode, export.Content.Mx, export.Content.MaxAge, export.Text, export.BodyHash, export.Id, export.CachedUntil);
}
