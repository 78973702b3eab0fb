using MtaSts.Protocol;

namespace MtaSts.Host.Demo;

/// <summary>The situation that a demo domain shows.</summary>
internal enum DemoStory
{
    /// <summary>Enforced, without problems.</summary>
    Healthy,

    /// <summary>Testing; the certificate of the second MX had expired for two days.</summary>
    ExpiredCertificate,

    /// <summary>An MX was renamed and the policy followed, but the id in the DNS did not.</summary>
    StaleId,

    /// <summary>Enforced; its mail moves to another provider, and the plan waits until cached policies have expired.</summary>
    MxChange,

    /// <summary>Hosting was switched off.</summary>
    Retiring,

    /// <summary>Hosting is wanted, the CNAME is not published yet.</summary>
    AwaitingCname,

    /// <summary>Hosting cannot start: the domain's CAA records refuse the certificate.</summary>
    RefusedByCaa,

    /// <summary>Monitored only; one MX does not offer STARTTLS.</summary>
    Monitored,
}

/// <summary>A fictional domain of the demo.</summary>
/// <param name="Sessions">Sessions on an ordinary weekday, over all senders.</param>
internal sealed record DemoDomain(string Name, DemoStory Story, PolicyMode Mode, int MaxAge, string[] Mx, int Sessions)
{
    public static IReadOnlyList<DemoDomain> All { get; } =
    [
        new("harbour-post.example", DemoStory.Healthy, PolicyMode.Enforce, 2_592_000, ["mx1.harbour-post.example", "mx2.harbour-post.example"], 5_200),
        new("northwind-clinic.example", DemoStory.ExpiredCertificate, PolicyMode.Testing, 86_400, ["mx1.northwind-clinic.example", "mx2.northwind-clinic.example"], 2_400),
        new("brightwater-books.example", DemoStory.StaleId, PolicyMode.Enforce, 604_800, ["mx-new.brightwater-books.example", "mx2.brightwater-books.example"], 900),
        new("old-orchard.example", DemoStory.Retiring, PolicyMode.Enforce, 1_209_600, ["mail.old-orchard.example"], 160),
        new("new-venture.example", DemoStory.AwaitingCname, PolicyMode.Testing, 86_400, ["in.new-venture.example"], 0),
        new("closed-gate.example", DemoStory.RefusedByCaa, PolicyMode.Testing, 86_400, ["mx1.closed-gate.example"], 0),
        new("quiet-lane.example", DemoStory.Monitored, PolicyMode.None, 86_400, ["mx1.quiet-lane.example", "backup.quiet-lane.example"], 420),
        new("juniper-studio.example", DemoStory.MxChange, PolicyMode.Enforce, 1_209_600, ["mx1.juniper-studio.example", "mx2.juniper-studio.example"], 700),
    ];
}
