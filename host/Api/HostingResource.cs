using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>The state of hosting.</summary>
internal sealed record HostingResource
{
    public required HostingState State { get; init; }

    /// <summary>The mode senders are told now; null when nothing is served.</summary>
    public required PolicyMode? Mode { get; init; }

    /// <summary>Who terminates HTTPS for the policy host.</summary>
    public required string Provider { get; init; }

    /// <summary>When the state began.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>What is wrong or waited for; null when nothing is.</summary>
    public required string? Problem { get; init; }

    /// <summary>What the owner can do about the problem.</summary>
    public required string? NextStep { get; init; }

    /// <summary>The CNAME and the policy record must stay until then; null when nothing was ever served.</summary>
    public required DateTimeOffset? SafeToRemoveAt { get; init; }
    public required DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>CAA records that refuse the policy host's certificate, and what to add; null while none do.</summary>
    public required CaaRefusal? Caa { get; init; }

    /// <summary>The policy as a strict sender got it over the public network; null where that is not looked at.</summary>
    public required PolicyFetch? Outside { get; init; }

    /// <summary>The newest version's id waits until the version has been seen from outside.</summary>
    public required bool AwaitsOutsideFetch { get; init; }

    public static HostingResource Of(DomainView view) => new()
    {
        State = view.Hosting.State,
        Mode = view.Policy?.Content.Mode,
        Provider = view.Hosting.Provider,
        Since = view.Hosting.Since,
        Problem = view.Hosting.Problem,
        NextStep = view.Hosting.NextStep,
        SafeToRemoveAt = view.Hosting.SafeToRemoveAt,
        CertificateExpiresAt = view.Hosting.CertificateExpiresAt,
        Caa = view.Hosting.CaaRefusal,
        Outside = view.Policy is null ? null : view.LastObservation?.Fetch,
        AwaitsOutsideFetch = view.Hosting.AwaitsOutsideFetch,
    };
}
