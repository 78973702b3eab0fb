namespace MtaSts.Grains.Domains;

/// <summary>The times the life of hosting runs on.</summary>
public sealed class HostingOptions
{
    /// <summary>How long a gateway may serve its copy of a policy without asking again. Setting <c>Gateway:Lease</c>.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a gateway on another silo may go on serving its copy when it cannot reach the domain's grain, and then die before it could tell: part of the
    /// retirement clock. <c>Gateway:KeepWhenFailing</c> on several silos; zero on one, whose gateway ends with the grain.
    /// </summary>
    public TimeSpan ServedUnseen { get; set; }

    /// <summary>Added to the lease before an id is announced: silos' clocks differ a little.</summary>
    public TimeSpan AnnounceMargin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether policies are looked at from outside. Setting <c>Hosting:OutsideCheck</c>; the host replaces <see cref="OutsideCheck.Auto"/>.</summary>
    public OutsideCheck OutsideCheck { get; set; } = OutsideCheck.Auto;

    /// <summary>A policy that cannot be fetched from outside becomes an alert after this: networks hiccup.</summary>
    public TimeSpan OutsideGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Between checks while a live policy cannot be fetched from outside.</summary>
    public TimeSpan CheckWhileFailing { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The TTL taken for the policy record while none was seen in the DNS.</summary>
    public TimeSpan AssumedPolicyRecordTtl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A longer TTL counts as this: resolvers cap it too (RFC 8767 §4 names seven days).</summary>
    public TimeSpan LongestPolicyRecordTtl { get; set; } = TimeSpan.FromDays(7);

    /// <summary>A takeover needs two observations at least this far apart, and at least the TTL of the record that names the new holder.</summary>
    public TimeSpan ShortestTakeoverWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The hostname provider answers for no name before its hostname was made (the host sets it: all but <c>Local</c>), see <c>PolicyHosts.MayBegin</c>.</summary>
    public bool HostnameBeforeReach { get; set; }

    /// <summary>Between checks while an owner waits for a record to be seen; in the first <see cref="WaitingFor"/>.</summary>
    public TimeSpan CheckWhileWaiting { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after hosting was switched on an owner is taken to wait.</summary>
    public TimeSpan WaitingFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Between checks of a hosted domain.</summary>
    public TimeSpan CheckHosted { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Between checks of a domain that is only monitored.</summary>
    public TimeSpan CheckMonitored { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Between two looks at a live hostname at its provider.</summary>
    public TimeSpan EnsureLive { get; set; } = TimeSpan.FromHours(6);

    /// <summary>First pause after a failed effect; doubles up to <see cref="LongestRetry"/>.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Failed tries in a row before the owner of a live hostname is warned: a provider that is busy for a minute loses nobody's mail.</summary>
    public int AlertAfterTries { get; set; } = 3;

    /// <summary>How long the owner is shown that a live hostname had been lost, once it is live again: a night and a working day.</summary>
    public TimeSpan LossNote { get; set; } = TimeSpan.FromHours(24);

    /// <summary>After a hostname was deleted nothing is begun for this long: twice the time a provider has for one call, so that a second call that is still out ends before.</summary>
    public TimeSpan RemovalSettles { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest pause between two tries of an effect.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>TTL of the records in the service's own zone: short, because it is how long senders may go on seeing the id before.</summary>
    public TimeSpan RecordTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a DNS provider has for one change of a record. No other change of the same record is begun in that time.</summary>
    public TimeSpan RecordWriteLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A record that is not yet what it should be becomes an alert after this: the owner needs time to publish it.</summary>
    public TimeSpan RecordGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>max_age of the <c>mode: none</c> policy that is served while retiring: small, as RFC 8461 §8.3 advises.</summary>
    public int RetiringMaxAge { get; set; } = 86_400;

    /// <summary>max_age of the policy that hosting starts with: short, so that early mistakes are forgotten soon.</summary>
    public int StartingMaxAge { get; set; } = 86_400;
}
