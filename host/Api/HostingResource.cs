using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>The state of hosting.</summary>
internal sealed record HostingResource
{
    public required HostingState State { get; init; }

    /// <summary>The mode currently served; null when nothing is served.</summary>
    public required PolicyMode? Mode { get; init; }

    /// <summary>The hostname provider, which terminates HTTPS for the policy host.</summary>
    public required string Provider { get; init; }

    /// <summary>When this state started.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>The problem, or what hosting waits for; null when there is neither.</summary>
    public required string? Problem { get; init; }

    /// <summary>What the owner can do about the problem.</summary>
    public required string? NextStep { get; init; }

    /// <summary>The CNAME and the policy record must stay until then; null when nothing was ever served.</summary>
    public required DateTimeOffset? SafeToRemoveAt { get; init; }
    public required DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>CAA records that refuse the policy host's certificate, and what to add; null while none do.</summary>
    public required CaaRefusalResource? Caa { get; init; }

    /// <summary>The policy as fetched over the public network by the rules of a strict sender; null where it is not fetched.</summary>
    public required FetchResource? Outside { get; init; }

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
        Caa = view.Hosting.CaaRefusal is { } caa ? new(caa.Problem, caa.NextStep, caa.Records) : null,
        Outside = view.Policy is null ? null : FetchResource.Of(view.LastObservation?.Fetch),
        AwaitsOutsideFetch = view.Hosting.AwaitsOutsideFetch,
    };
}

/// <summary>CAA records (RFC 8659) permit none of the hostname provider's authorities to issue.</summary>
/// <param name="Problem">Human-readable text: which record at which name excludes which authorities.</param>
/// <param name="NextStep">What to do.</param>
/// <param name="Records">Lines to add, in zone file format, the preferred one first; empty where adding does not help.</param>
internal sealed record CaaRefusalResource(string Problem, string NextStep, IReadOnlyList<string> Records);
