namespace MtaSts.Grains;

/// <summary>Makes hostnames and records at their providers as they must be: a stateless worker, so that slow providers never block a domain grain.</summary>
[Alias("MtaSts.IReconcilerGrain")]
public interface IReconcilerGrain : IGrainWithIntegerKey
{
    /// <summary>Carries out the order and calls <see cref="IDomainGrain.Reconciled"/>.</summary>
    [Alias("Reconcile"), Orleans.Concurrency.OneWay]
    Task Reconcile(ReconcileOrder order);
}

/// <summary>What must be so at a provider. Idempotent, and repeated.</summary>
/// <param name="Id">Identifies the decision.</param>
/// <param name="Provider">Permanent id of the provider; null: the configured one.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ReconcileOrder")]
public abstract record ReconcileOrder([property: Id(0)] string Domain, [property: Id(1)] string Id, [property: Id(2)] string? Provider);

/// <summary>What a domain's hostname must be.</summary>
/// <param name="Exists">True: it must be live. False: it must not exist.</param>
/// <param name="CnameTarget">The target of the owner's CNAME; empty when no claim holds the domain.</param>
/// <param name="IsReached">The last check reached this service through the policy host, whose CNAME is not visible.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.HostnameOrder")]
public sealed record HostnameOrder(string Domain, string Id, string? Provider, [property: Id(0)] bool Exists, [property: Id(1)] string CnameTarget, [property: Id(2)] bool IsReached)
    : ReconcileOrder(Domain, Id, Provider);

/// <summary>What a TXT record in the service's own zone must be.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Value">Its only value; null: it must not exist.</param>
/// <param name="NotAfter">The record must not be changed after this time: another order for it may then be running.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.RecordOrder")]
public sealed record RecordOrder(
    string Domain, string Id, string? Provider, [property: Id(0)] string Name, [property: Id(1)] string? Value, [property: Id(2)] TimeSpan Ttl, [property: Id(3)] DateTimeOffset NotAfter)
    : ReconcileOrder(Domain, Id, Provider);

/// <summary>The result of an order. An attempt that failed may have no other facts.</summary>
/// <param name="IsDone">False: it is not as it must be yet.</param>
/// <param name="Problem">For the owner; null when there is none.</param>
/// <param name="NextStep">What the owner can do.</param>
/// <param name="RetryAfter">The delay requested by the provider; null: use the back-off.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ReconcileResult")]
public record ReconcileResult([property: Id(0)] bool IsDone, [property: Id(1)] string? Problem = null, [property: Id(2)] string? NextStep = null, [property: Id(3)] TimeSpan? RetryAfter = null)
{
    /// <summary>Permanent id of the provider that was used; stored, so that what it made is removed there.</summary>
    [Id(4)] public string? Provider { get; init; }
}

/// <summary>The result of a <see cref="HostnameOrder"/>.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.HostnameResult")]
public sealed record HostnameResult(bool IsDone, string? Problem = null, string? NextStep = null, TimeSpan? RetryAfter = null) : ReconcileResult(IsDone, Problem, NextStep, RetryAfter)
{
    /// <summary>When the provider created the hostname, by its own clock; null when unknown.</summary>
    [Id(0)] public DateTimeOffset? MadeAt { get; init; }
    [Id(1)] public DateTimeOffset? CertificateExpiresAt { get; init; }
}

/// <summary>The result of a <see cref="RecordOrder"/>.</summary>
/// <param name="NotAfter">That of the order: one id may be ordered more than once.</param>
/// <param name="Ttl">TTL of an existing record, in seconds.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.RecordResult")]
public sealed record RecordResult(bool IsDone, [property: Id(0)] DateTimeOffset NotAfter, [property: Id(1)] int? Ttl) : ReconcileResult(IsDone);
