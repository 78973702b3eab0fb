using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>One domain's life on a clock that the test turns: commands in, state and what senders get out.</summary>
internal sealed class LifecycleBench
{
    public const string Domain = "example.com";
    public const string Alice = "ws-alice";
    public const string Bob = "ws-bob";

    public static readonly NamingOptions Naming = new() { HostingTarget = "mta-sts.service.net", IntakeMailDomain = "reports.service.net", RecordZone = "records.service.net" };

    public HostingOptions Options { get; } = new();

    /// <summary>A rule in the place of the retirement clock; null for the real one.</summary>
    public Func<DomainState, DateTimeOffset, HostingOptions, DateTimeOffset?>? WrongClock { get; init; }

    /// <summary>Times in the place of <see cref="Options"/> for the life alone; null for the same.</summary>
    public HostingOptions? WrongOptions { get; init; }

    /// <summary>Orders for records go out whenever they are due.</summary>
    public bool WithoutLanes { get; init; }

    public DomainLifecycle Lifecycle => field ??= new DomainLifecycle(Naming, WrongOptions ?? Options, WrongClock);

    /// <summary>The service's own zone, which the owners' CNAMEs lead to.</summary>
    public RecordZoneModel OwnZone => field ??= new RecordZoneModel(this) { WithoutLanes = WithoutLanes };

    /// <summary>Versions that a gateway cut off from the grain served after they had been replaced, and until when.</summary>
    public Dictionary<int, DateTimeOffset> ServedLate { get; } = [];

    public DomainState State { get; set; } = new();

    /// <summary>Has whoever keeps books look, in the middle of a step of several events.</summary>
    public Action Noted { get; set; } = static () => { };

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Since when the current version is handed out, as the grain notes it.</summary>
    public DateTimeOffset HandedOutSince { get; set; }

    public PolicyVersion? Served => PolicyVersions.Current(State);

    public void Set(DomainState next)
    {
        var before = Served?.Number;
        State = next;
        if (Served?.Number != before)
            HandedOutSince = Now;
    }

    public Refusal? Do(Func<DomainState, DateTimeOffset, Decision> command)
    {
        var decision = command(State, Now);
        if (decision.Refusal is null)
            Set(decision.State);
        return decision.Refusal;
    }

    public void Claim(string workspace) => Do((s, now) => DomainLifecycle.AddClaim(s, workspace, Token(workspace), now));

    public Refusal? Put(string workspace, PolicyMode mode, int maxAge, params string[] mx) =>
        Do((s, now) => Lifecycle.PutPolicy(s, workspace, new PolicyContent(mode, mx.Length == 0 ? ["mx1.example.com"] : mx, maxAge), workspace, null, isOverridden: true, now));

    public Refusal? Enable(string workspace, bool isOverridden = false) => Do((s, now) => Lifecycle.EnableHosting(s, workspace, workspace, isOverridden, now));

    public Refusal? Disable(string workspace) => Do((s, now) => Lifecycle.DisableHosting(s, workspace, workspace, now));

    public void See(string? cnameOf, string? policyRecord = null, int ttl = 300, params string[] mx) => Set(Lifecycle.Observe(State, Observe(cnameOf, policyRecord, ttl, mx), Now));

    /// <summary>The CNAME of the policy host, and that of the reporting record.</summary>
    public void SeeDelegated(string? cnameOf, string? reportingOf) => Set(Lifecycle.Observe(
        State, Observe(cnameOf) with { ReportingAlias = Seen(reportingOf is null ? null : Naming.ReportingRecordTarget(Token(reportingOf)), 300) }, Now));

    public Observation Observe(string? cnameOf, string? policyRecord = null, int ttl = 300, params string[] mx) => new(
        Domain,
        Now,
        Seen(cnameOf is null ? null : Naming.CnameTarget(Token(cnameOf)), ttl),
        Seen(policyRecord, ttl),
        Seen(null, ttl),
        mx.Length == 0 ? Seen("mx1.example.com", ttl) : new LookupView(DnsStatus.Found, mx, ttl, null),
        PolicyAlias: Seen(null, ttl),
        ReportingAlias: Seen(null, ttl),
        ClaimRecord: Seen(null, ttl));

    /// <summary>A zone in which each record names the workspace given, or nobody.</summary>
    public Observation Zone(string? claimRecord = null, string? policyAlias = null, string? reportingAlias = null, string? rua = null, string? cname = null, bool isReached = true, int ttl = 300)
    {
        var zone = Observe(cname, "v=STSv1; id=1;", ttl) with
        {
            ClaimRecord = Seen(claimRecord is null ? null : NamingOptions.ClaimText(Token(claimRecord)), ttl),
            PolicyAlias = Seen(policyAlias is null ? null : Naming.PolicyRecordTarget(Token(policyAlias)), ttl),
            ReportingAlias = Seen(reportingAlias is null ? null : Naming.ReportingRecordTarget(Token(reportingAlias)), ttl),
            ReportingRecord = Seen(rua is null ? null : ReportingRecord.Write(["mailto:" + Naming.ReportAddress(Token(rua))]), ttl),
        };
        if (cname is not null)
            return zone;
        return zone with { Cname = new LookupView(DnsStatus.NoData, [], 0, null), Reach = new Reach(Now, isReached, isReached ? null : new FetchFault(FetchFaultKind.OtherServer, "192.0.2.1"), ["192.0.2.1"]) };
    }

    public void SeeZone(Observation seen) => Set(Lifecycle.Observe(State, seen, Now));

    /// <summary>The provider answers the order for the hostname, if it is to be made (or removed).</summary>
    public void FinishHostname(bool exists = true, HostnameResult? result = null)
    {
        if (State.Hostname is { } hostname && hostname.Exists == exists)
            Set(Lifecycle.Reconciled(State, hostname.Id, result ?? new HostnameResult(true), Now));
    }

    public void FinishRecords(ReconcileResult result)
    {
        foreach (var record in State.Records.Where(record => record.Value is not null))
            Set(Lifecycle.Reconciled(State, record.Id, result, Now));
    }

    public void Deliver<T>() where T : OutboxMessage
    {
        foreach (var message in State.Outbox.OfType<T>())
            Set(Lifecycle.Delivered(State, message.Id, isDone: true, Now));
    }

    /// <summary>The DNS gives no answer to anything.</summary>
    public void SeeNothing()
    {
        var failed = new LookupView(DnsStatus.Failed, [], 0, "no answer in time");
        Set(Lifecycle.Observe(State, new Observation(Domain, Now, failed, failed, failed, failed), Now));
    }

    /// <summary>A look-up that began long ago comes back after newer ones.</summary>
    public void SeeLate(string? cnameOf) => Set(Lifecycle.Observe(State, Observe(cnameOf) with { At = Now - TimeSpan.FromHours(1) }, Now));

    /// <summary>The result of an order is reported twice, and one that was never ordered.</summary>
    public void FinishHostnameTwice(bool exists)
    {
        var hostname = State.Hostname;
        FinishHostname(exists);
        if (hostname is not null)
            Set(Lifecycle.Reconciled(State, hostname.Id, new HostnameResult(true), Now));
        Set(Lifecycle.Reconciled(State, "unknown", new HostnameResult(true), Now));
    }

    /// <summary>A gateway that could not reach the grain has served the version before the current one until now.</summary>
    public void ServeLate()
    {
        if (State.Serving is not (ServingState.Live or ServingState.Retiring) || State.Versions.Length < 2)
            return;
        var late = State.Versions[^2].Number;
        ServedLate[late] = Now;
        Set(DomainLifecycle.ServedWhileCutOff(State, late, Now));
    }

    /// <summary>
    /// The grain is activated for one step on a silo whose clock goes before or after the world's, by no more than <see cref="HostingOptions.AnnounceMargin"/>.
    /// Each activation notes by its own clock since when it hands out the current version.
    /// </summary>
    public void ByAnotherClock(TimeSpan skew, string workspace, int what)
    {
        var world = Now;
        Now += skew;
        HandedOutSince = Now;
        try
        {
            switch (what)
            {
                case 0:
                    Put(workspace, PolicyMode.Enforce, 604_800, $"mx{(skew.Seconds + 5) % 3 + 1}.example.com");
                    break;
                case 1:
                    Enable(workspace);
                    break;
                case 2:
                    Disable(workspace);
                    break;
                case 3:
                    See(workspace, "v=STSv1; id=1;");
                    break;
                default:
                    Tick();
                    break;
            }
        }
        finally
        {
            Now = world;
            HandedOutSince = Now;
        }
    }

    public void Tick() => Set(Lifecycle.Tick(State, Now, HandedOutSince));

    public void Pass(TimeSpan time)
    {
        Now += time;
        Tick();
    }

    public void GoLive(string workspace, PolicyMode mode = PolicyMode.Testing, int maxAge = 86_400)
    {
        Claim(workspace);
        Put(workspace, mode, maxAge);
        Enable(workspace);
        See(workspace);
        FinishHostname();
    }

    public DomainView View(string workspace) =>
        new DomainViews(Naming, Options).For(Domain, State, Claims.Of(State, workspace)!, Now, HandedOutSince);

    public IReadOnlyList<RecordView> Records(string workspace) => RecordChecks.All(Domain, State, Claims.Of(State, workspace)!, Naming);

    public static string Token(string workspace) => "token" + workspace[3..];

    private static LookupView Seen(string? value, int ttl) =>
        value is null ? new LookupView(DnsStatus.NoName, [], 0, null) : new LookupView(DnsStatus.Found, [value], ttl, null);
}
