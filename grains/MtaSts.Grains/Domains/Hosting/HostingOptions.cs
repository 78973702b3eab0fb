namespace MtaSts.Grains.Domains;

/// <summary>Time settings of hosting.</summary>
public sealed class HostingOptions
{
    /// <summary>How long a gateway may serve its copy of a policy without asking again. Setting <c>Gateway:Lease</c>.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a gateway on another silo may continue to serve its copy when it cannot reach the domain's grain, and then crash unreported: part of the
    /// retirement clock. <c>Gateway:KeepWhenFailing</c> on several silos; zero on one, whose gateway ends with the grain.
    /// </summary>
    public TimeSpan ServedUnseen { get; set; }

    /// <summary>Added to the lease before an id is announced: silos' clocks differ slightly.</summary>
    public TimeSpan AnnounceMargin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether policies are fetched from outside: over the public network, as senders do.</summary>
    public OutsideCheck OutsideCheck { get; set; } = OutsideCheck.Auto;

    /// <summary>A policy that cannot be fetched from outside becomes an alert after this time, because networks have short failures.</summary>
    public TimeSpan OutsideGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Interval of checks while a live policy cannot be fetched from outside.</summary>
    public TimeSpan CheckWhileFailing { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The TTL assumed for the policy record while none was seen in the DNS.</summary>
    public TimeSpan AssumedPolicyRecordTtl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longer TTLs are capped to this, as resolvers do (RFC 8767 §4: seven days).</summary>
    public TimeSpan LongestPolicyRecordTtl { get; set; } = TimeSpan.FromDays(7);

    /// <summary>A takeover needs two observations at least this far apart, and at least the TTL of the record that names the new holder.</summary>
    public TimeSpan ShortestTakeoverWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The hostname provider answers only for names with a hostname (set by the host: all but <c>Local</c>), see <c>PolicyHosts.MayBegin</c>.</summary>
    public bool HostnameBeforeReach { get; set; }

    /// <summary>
    /// Interval of checks during the first <see cref="WaitingFor"/> after hosting was switched on, while the domain is not live; then ten times as long, until 24 times
    /// <see cref="WaitingFor"/> have passed.
    /// </summary>
    public TimeSpan CheckWhileWaiting { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The time after hosting is switched on in which the owner is assumed to wait for a record to be detected.</summary>
    public TimeSpan WaitingFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Interval of checks of a hosted domain.</summary>
    public TimeSpan CheckHosted { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Interval of checks of a domain that is only monitored.</summary>
    public TimeSpan CheckMonitored { get; set; } = TimeSpan.FromHours(6);

    /// <summary>MX hosts are probed (set by the host: <c>Outside:ProbeMx</c>). The intervals are those of checks.</summary>
    public bool ProbeMx { get; set; }

    /// <summary>The MX hosts of a domain are not probed more often than this, however often somebody asks for a check: they belong to others.</summary>
    public TimeSpan MxProbesApart { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Interval of checks of a live hostname at its provider.</summary>
    public TimeSpan EnsureLive { get; set; } = TimeSpan.FromHours(6);

    /// <summary>First pause after failed work; doubles up to <see cref="LongestRetry"/>.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Consecutive failed attempts before the owner of a live hostname gets an alert: a short outage of a provider loses no mail.</summary>
    public int AlertAfterTries { get; set; } = 3;

    /// <summary>How long the loss of a hostname is shown after it is live again: a night and a working day.</summary>
    public TimeSpan LossNote { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Pause after the deletion of a hostname: twice the time limit of one provider call, so that a second call that is still running ends first.</summary>
    public TimeSpan RemovalPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest pause between two attempts.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>TTL of the records in the service's own zone: short, because senders may see the previous id for this time.</summary>
    public TimeSpan RecordTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time limit of a DNS provider for one change of a record. No other change of the same record starts within that time.</summary>
    public TimeSpan RecordWriteLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A wrong record becomes an alert after this time: the owner needs time to publish it.</summary>
    public TimeSpan RecordGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>max_age of the <c>mode: none</c> policy that is served while retiring: small, as RFC 8461 §8.3 advises.</summary>
    public int RetiringMaxAge { get; set; } = 86_400;

    /// <summary>max_age of the policy that hosting starts with: short, so that early mistakes expire soon.</summary>
    public int StartingMaxAge { get; set; } = 86_400;
}
