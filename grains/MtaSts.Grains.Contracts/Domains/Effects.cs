namespace MtaSts.Grains;

/// <summary>Kinds of work that follow from a decision and are carried out outside the domain grain's turn.</summary>
[GenerateSerializer, Alias("MtaSts.EffectKind")]
public enum EffectKind
{
    /// <summary>The hostname is to be live at the provider.</summary>
    EnsureHostname,

    /// <summary>The hostname is to be gone at the provider.</summary>
    RemoveHostname,

    /// <summary>The claim's token is to lead nowhere.</summary>
    ForgetToken,

    /// <summary>The claim's alerts are to be exactly those given.</summary>
    SetAlerts,

    /// <summary>The claim is to be gone from its workspace's list.</summary>
    ForgetClaim,

    /// <summary>The token takes no more reports: the address was renewed, and the time in which both worked is over.</summary>
    EndReports,

    /// <summary>The record is to stand in the service's own zone, with this value alone.</summary>
    SetRecord,

    /// <summary>The record is to be gone from the service's own zone.</summary>
    RemoveRecord,
}

/// <summary>An order to carry out an effect: idempotent, repeated until <see cref="IDomainGrain.EffectDone"/> heard of it.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.EffectOrder")]
public sealed record EffectOrder
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required EffectKind Kind { get; init; }
    [Id(2)] public required string Domain { get; init; }
    [Id(3)] public string? WorkspaceId { get; init; }
    [Id(4)] public string? Token { get; init; }
    [Id(5)] public string? CnameTarget { get; init; }
    [Id(6)] public IReadOnlyList<AlertCondition> Alerts { get; init; } = [];

    /// <summary>Permanent id of the hostname provider that has the hostname; null: the one configured.</summary>
    [Id(7)] public string? Provider { get; init; }

    /// <summary>The last check came here through the policy host, whose CNAME cannot be seen.</summary>
    [Id(8)] public bool IsReached { get; init; }

    /// <summary>The full name of a record in the service's own zone, a TXT.</summary>
    [Id(9)] public string? RecordName { get; init; }
    [Id(10)] public string? RecordValue { get; init; }
    [Id(11)] public TimeSpan RecordTtl { get; init; }

    /// <summary>A record is not to be touched after this moment: another order for it may then be under way.</summary>
    [Id(12)] public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Permanent id of the DNS provider that has a record to be removed; null: the one configured.</summary>
    [Id(13)] public string? DnsProvider { get; init; }
}

/// <summary>How carrying out an effect ended.</summary>
/// <param name="Completed">False: to be tried again.</param>
/// <param name="Problem">For the owner; null when there is none.</param>
/// <param name="NextStep">What the owner can do.</param>
/// <param name="RetryAfter">The wish of who was asked; null leaves it to the back-off.</param>
/// <param name="CertificateExpiresAt">Of a live hostname.</param>
/// <param name="Provider">Permanent id of the provider that was asked; kept with the hostname, so that it is removed where it was made.</param>
/// <param name="MadeAt">When that provider made the hostname, by its own clock; null where it does not tell.</param>
/// <param name="RecordTtl">Of a record that stands, in seconds.</param>
/// <param name="NotAfter">Of the order that was carried out: an effect may have been ordered more than once.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.EffectOutcome")]
public sealed record EffectOutcome(
    [property: Id(0)] bool Completed,
    [property: Id(1)] string? Problem = null,
    [property: Id(2)] string? NextStep = null,
    [property: Id(3)] TimeSpan? RetryAfter = null,
    [property: Id(4)] DateTimeOffset? CertificateExpiresAt = null,
    [property: Id(5)] string? Provider = null,
    [property: Id(6)] DateTimeOffset? MadeAt = null,
    [property: Id(7)] int? RecordTtl = null,
    [property: Id(8)] DateTimeOffset? NotAfter = null);

/// <summary>Carries out effects: a stateless worker, so that slow providers never hold a domain grain's turn.</summary>
[Alias("MtaSts.IEffectGrain")]
public interface IEffectGrain : IGrainWithIntegerKey
{
    /// <summary>Carries the effect out and reports to the domain grain.</summary>
    [Alias("CarryOut"), Orleans.Concurrency.OneWay]
    Task CarryOut(EffectOrder order);
}

/// <summary>Leads from a claim's token to the claim.</summary>
[Alias("MtaSts.IClaimTokenGrain")]
public interface IClaimTokenGrain : IGrainWithStringKey
{
    [Alias("Set")]
    Task Set(string workspaceId, string domain);

    [Alias("Clear")]
    Task Clear();

    /// <summary>From now on it takes no reports; what else it stands for stays. May be repeated.</summary>
    [Alias("EndReports")]
    Task EndReports();

    /// <summary>Null: no claim has this token.</summary>
    [Alias("Get"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<ClaimAddress?> Get();
}

/// <summary>Whose claim a token belongs to.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ClaimAddress")]
public sealed record ClaimAddress([property: Id(0)] string WorkspaceId, [property: Id(1)] string Domain)
{
    /// <summary>It is no longer a report address.</summary>
    [Id(20)] public bool ReportsEnded { get; init; }
}
